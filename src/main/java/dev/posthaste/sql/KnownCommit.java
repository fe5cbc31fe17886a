package dev.posthaste.sql;

import java.sql.SQLException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionException;

/** Transactions of which it is told whether a failure leaves them undone, or nobody knows. */
public final class KnownCommit {
    private KnownCommit() {}

    /**
     * Does the work in a transaction.
     *
     * @throws CommitUnknownException when the connection broke during the commit; whatever else is thrown leaves nothing done
     */
    public static <T, X extends Exception> T inTransaction(Jdbi database, HandleCallback<T, X> work)
            throws X, CommitUnknownException {
        boolean[] isDone = new boolean[1];
        try {
            return database.inTransaction(handle -> {
                T result = work.withHandle(handle);
                isDone[0] = true;
                return result;
            });
        } catch (TransactionException e) {
            if (isDone[0] && e.getCause() instanceof SQLException lost && SqlFailure.hidesTheCommit(lost)) {
                throw new CommitUnknownException(lost);
            }
            throw e;
        }
    }
}
