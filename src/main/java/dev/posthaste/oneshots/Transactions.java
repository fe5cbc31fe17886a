package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;

/** Runs work in transactions of its own. Thread-safe. */
interface Transactions {
    /** What is done in one; it neither commits nor rolls back. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** Commits what the work did, or, whatever it threw, undoes it. */
    <T> T run(Work<T> work) throws SQLException;
}
