package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The transaction of a group of entries. What must be known goes over its connection at once; what nobody waits for is
 * handed to {@link #atCommit} and goes to the database together with the commit, one way there and back for all. Not
 * thread-safe.
 */
public final class Transaction {
    private static final BoundStatement COMMIT = BoundStatement.effect("commit", Parameters.NONE);

    private final Connection connection;
    private final List<BoundStatement> last = new ArrayList<>();
    private final List<Runnable> then = new ArrayList<>();

    Transaction(Connection connection) {
        this.connection = connection;
    }

    /** In a transaction; whoever uses it neither commits nor rolls back. */
    public Connection connection() {
        return connection;
    }

    /** Has statements without results executed last, in the order in which they are handed over. */
    public void atCommit(List<BoundStatement> statements) {
        last.addAll(statements);
    }

    /** Has this run when the transaction is committed, before its callers know, and not at all when it is not. */
    public void afterCommit(Runnable action) {
        then.add(action);
    }

    /** What is to be run once it is committed, in the order in which it was handed over. */
    List<Runnable> afterCommit() {
        return then;
    }

    /**
     * Executes what is left and commits. A statement that fails keeps the commit from being executed.
     *
     * @throws CommitUnknownException when the connection broke, so that nobody knows
     */
    void commit() throws SQLException {
        try {
            if (last.isEmpty()) {
                connection.commit();
            } else {
                last.add(COMMIT);
                BoundStatement.executeAll(connection, last);
            }
        } catch (SQLException e) {
            throw SqlFailure.hidesTheCommit(e) ? new CommitUnknownException(e) : e;
        }
    }
}
