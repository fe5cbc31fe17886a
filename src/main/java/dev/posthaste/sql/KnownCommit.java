package dev.posthaste.sql;

import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.DelegatingTransactionHandler;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jdbi.v3.core.transaction.TransactionHandler;

/** Transactions of which it is told whether a failure leaves them undone, or nobody knows. */
public final class KnownCommit {
    private KnownCommit() {}

    /**
     * A database whose every transaction tells it: where the connection broke during the commit, a {@link
     * CommitUnknownException} is the cause of what is thrown; whatever else is thrown leaves nothing done.
     */
    public static Jdbi database(ConnectionFactory connections) {
        Jdbi database = Jdbi.create(connections);
        database.setTransactionHandler(new Telling(LocalTransactionHandler.binding()));
        return database;
    }

    /**
     * Does the work in a transaction of such a database.
     *
     * @throws CommitUnknownException when the connection broke during the commit; whatever else is thrown leaves nothing done
     */
    public static <T, X extends Exception> T inTransaction(Jdbi database, HandleCallback<T, X> work)
            throws X, CommitUnknownException {
        try {
            return database.inTransaction(work);
        } catch (TransactionException e) {
            if (e.getCause() instanceof CommitUnknownException unknown) {
                throw unknown;
            }
            throw e;
        }
    }

    private static final class Telling extends DelegatingTransactionHandler {
        private Telling(TransactionHandler transactions) {
            super(transactions);
        }

        @Override
        public TransactionHandler specialize(Handle handle) throws SQLException {
            return new Telling(getDelegate().specialize(handle));
        }

        @Override
        public void commit(Handle handle) {
            try {
                super.commit(handle);
            } catch (JdbiException e) {
                if (e.getCause() instanceof SQLException lost && SqlFailure.hidesTheCommit(lost)) {
                    throw new TransactionException("Failed to commit transaction", new CommitUnknownException(lost));
                }
                throw e;
            }
        }
    }
}
