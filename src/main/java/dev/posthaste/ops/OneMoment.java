package dev.posthaste.ops;

import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Transactions that see one moment of the database, as who compares tables must: what is on its way from one to another is not
 * taken for lost. They begin again when others have changed meanwhile what they change. Thread-safe.
 */
record OneMoment(Jdbi database) {
    /** What is done in one. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    <T> T run(Work<T> work) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> work.in(handle.getConnection())));
    }
}
