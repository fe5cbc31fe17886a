package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Transactions on connections of a pool that gives them in autocommit mode. Thread-safe. */
final class PooledTransactions implements Transactions {
    private final DataSource database;

    PooledTransactions(DataSource database) {
        this.database = database;
    }

    @Override
    public <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.in(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            }
        }
    }
}
