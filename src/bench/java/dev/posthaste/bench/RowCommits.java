package dev.posthaste.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The limit of whoever commits each row by itself: an insert and its commit, as pgbench would do it. Thread-safe. */
final class RowCommits {
    private final PooledDatabase database;

    RowCommits(PooledDatabase database) throws SQLException {
        this.database = database;
        database.execute(
                "create table rows (id bigint generated always as identity primary key, content text not null)");
    }

    double rate(int connections, int total) throws Exception {
        return Callers.rate(connections, total, number -> insert());
    }

    private void insert() throws SQLException {
        try (Connection connection = database.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement("insert into rows (content) values (?)")) {
            statement.setString(1, "a row of some length, as a job's would be");
            statement.executeUpdate();
        }
    }
}
