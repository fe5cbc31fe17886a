package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transaction on a connection in autocommit mode, which is in that mode again afterwards. */
public final class OneTransaction {
    /** What is done in it. */
    public interface Work<T> {
        /** Neither commits nor rolls back. */
        T in(Connection connection) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(OneTransaction.class);

    private OneTransaction() {}

    /**
     * Commits what the work has done, or nothing of it: whatever it throws rolls back, an {@link Error} too.
     *
     * @throws CommitUnknownException when the connection broke during the commit, so that nobody knows; every other exception
     *     means that nothing was done
     */
    public static <T> T on(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        T result;
        try {
            result = work.in(connection);
            commit(connection);
        } catch (SQLException | RuntimeException | Error e) {
            undo(connection, e);
            throw e;
        }
        // It is done by now, whatever becomes of the connection.
        leaveTransactionMode(connection);
        return result;
    }

    private static void commit(Connection connection) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw SqlFailure.hidesTheCommit(e) ? new CommitUnknownException(e) : e;
        }
    }

    private static void leaveTransactionMode(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("A connection is of no more use behind its commit", e);
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
