package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction on a connection in autocommit mode, which is in that mode again afterwards. */
public final class OneTransaction {
    /** What is done in it. */
    public interface Work<T> {
        /** Neither commits nor rolls back. */
        T in(Connection connection) throws SQLException;
    }

    private OneTransaction() {}

    /** Commits what the work has done, or nothing of it: whatever it throws rolls back, an {@link Error} too. */
    public static <T> T on(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = work.in(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            undo(connection, e);
            throw e;
        }
    }

    private static void undo(Connection connection, Throwable cause) {
        try {
            connection.rollback();
            // Only behind the rollback: to leave the mode commits what is open.
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
