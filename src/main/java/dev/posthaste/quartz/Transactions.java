package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import org.quartz.JobPersistenceException;

/** Runs work in transactions of its own. Thread-safe. */
interface Transactions {
    /** What is done in one; it neither commits nor rolls back. */
    interface Work<T> {
        T in(Connection connection) throws SQLException, JobPersistenceException;
    }

    /** Commits what the work did, or, whatever it threw, undoes it. */
    <T> T run(Work<T> work) throws JobPersistenceException;
}
