package dev.posthaste.oneshots;

import dev.posthaste.sql.NetworkPatience;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Transactions on connections of a pool that gives them in autocommit mode, which wait for an answer over the network so long
 * and no longer. Thread-safe.
 */
final class PooledTransactions implements Transactions {
    private final DataSource database;
    private final Duration patience;

    /** @param patience for each answer; the connection is not used again after a longer one */
    PooledTransactions(DataSource database, Duration patience) {
        this.database = database;
        this.patience = patience;
    }

    @Override
    public <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            NetworkPatience shorter = NetworkPatience.of(connection, patience);
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
                shorter.end();
            }
        }
    }
}
