package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * Which migrations a database has seen, and the lock of Liquibase beside it: in tables with names of our own, for another
 * application may keep its own in the same schema, and its lock is not ours to release.
 */
final class Changelog {
    static final String TABLE = "posthaste_changelog";
    static final String LOCK_TABLE = "posthaste_changelog_lock";

    private static final String SHARED = "databasechangelog";
    private static final String SHARED_LOCK = "databasechangeloglock";

    /** Earlier builds kept theirs under Liquibase's names. */
    private static final String OURS = "author = 'posthaste' and filename like 'db/0___-%'";

    private Changelog() {}

    /** Takes over what an earlier build wrote into Liquibase's own tables. The caller's lock keeps others of ours away. */
    static void takeOver(Connection connection) throws SQLException {
        if (isThere(connection, TABLE) || !isThere(connection, SHARED)) {
            return;
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (holds(statement, "select exists (select 1 from " + SHARED + " where " + OURS + ")")) {
                move(statement);
            }
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The ids of the changesets that the database has seen. */
    static Set<String> seen(Connection connection) throws SQLException {
        Set<String> ids = new HashSet<>();
        if (isThere(connection, TABLE)) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select id from " + TABLE)) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
        }
        return ids;
    }

    private static void move(Statement statement) throws SQLException {
        statement.execute("create table " + TABLE + " (like " + SHARED + " including all)");
        statement.execute("with moved as (delete from " + SHARED + " where " + OURS + " returning *) insert into "
                + TABLE + " select * from moved");
        String fingerprint = "coalesce(obj_description('" + SHARED + "'::regclass, 'pg_class'), '')";
        if (holds(statement, "select " + fingerprint + " like 'sha256:%'")) {
            statement.execute(
                    "do $$ begin execute format('comment on table " + TABLE + " is %L', " + fingerprint + "); end $$");
            statement.execute("comment on table " + SHARED + " is null");
        }
        // Somebody who holds Liquibase's lock may be about to write into the other table.
        if (holds(statement, "select not exists (select 1 from " + SHARED + ")")
                && holds(statement, "select to_regclass('" + SHARED_LOCK + "') is not null")
                && holds(statement, "select not exists (select 1 from " + SHARED_LOCK + " where locked)")) {
            statement.execute("drop table " + SHARED + ", " + SHARED_LOCK);
        }
    }

    /** Whether there is such a table in our schema. */
    static boolean isThere(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return holds(
                    statement,
                    "select exists (select 1 from pg_tables where schemaname = current_schema() and tablename = '"
                            + table + "')");
        }
    }

    private static boolean holds(Statement statement, String question) throws SQLException {
        try (ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
