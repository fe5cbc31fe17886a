package dev.posthaste.bench;

import java.sql.SQLException;

/**
 * Counts the statements that a database executes, by {@code pg_stat_statements}: all of them, transaction control
 * included, as a client sends them. Switched off elsewhere, so that it costs nobody anything.
 */
final class StatementCount implements AutoCloseable {
    private final PooledDatabase database;

    StatementCount(PooledDatabase database) throws SQLException {
        this.database = database;
        database.execute("create extension if not exists pg_stat_statements");
        track("top");
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
        track("none");
    }

    private void track(String what) throws SQLException {
        database.execute("alter system set pg_stat_statements.track = '" + what + "'");
        database.number("select count(*) from (select pg_reload_conf()) reloaded");
    }
}
