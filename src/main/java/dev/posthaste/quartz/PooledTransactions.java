package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.quartz.JobPersistenceException;

/** Transactions on connections of a pool that gives them in autocommit mode. Thread-safe. */
final class PooledTransactions implements Transactions {
    private final DataSource database;

    PooledTransactions(DataSource database) {
        this.database = database;
    }

    @Override
    public <T> T run(Work<T> work) throws JobPersistenceException {
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
        } catch (SQLException e) {
            throw new JobPersistenceException("The one-shots' tables could not be used: " + e.getMessage(), e);
        }
    }
}
