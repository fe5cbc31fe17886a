package dev.posthaste.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Counts the statements that a database executes, by {@code pg_stat_statements}: all of them, transaction control
 * included, as a client sends them. Switched off elsewhere, so that it costs nobody anything.
 */
final class StatementCount implements AutoCloseable {
    private final PooledDatabase database;

    StatementCount(PooledDatabase database) throws SQLException {
        this.database = database;
        database.execute("create extension if not exists pg_stat_statements");
        track(database.pool(), "top");
        database.number("select count(*) from (select pg_stat_statements_reset()) reset");
    }

    long statements() throws SQLException {
        return database.number("""
                select coalesce(sum(calls), 0) from pg_stat_statements
                 where dbid = (select oid from pg_database where datname = current_database())
                """);
    }

    @Override
    public void close() throws SQLException {
        switchOff(database.pool());
    }

    /** Counts nothing, for the whole server. */
    static void switchOff(DataSource server) throws SQLException {
        track(server, "none");
    }

    /** A reload, and not an option of the server's start, so that it reaches the connections that are open. */
    private static void track(DataSource server, String what) throws SQLException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set pg_stat_statements.track = '" + what + "'");
            statement.execute("select pg_reload_conf()");
        }
    }
}
