package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Transactions that wait but shortly for a lock that somebody else holds, the sessions of a dead host among them: what
 * they do is done again at the next check-in. Thread-safe.
 */
final class ShortWaits implements Transactions {
    private final Transactions transactions;
    private final long patienceMs;

    /** @param patience how long a lock is waited for, in whole milliseconds, at least one */
    ShortWaits(Transactions transactions, Duration patience) {
        this.transactions = transactions;
        this.patienceMs = Math.max(1, patience.toMillis());
    }

    @Override
    public <T> T run(Work<T> work) throws SQLException {
        return transactions.run(connection -> {
            waitShortly(connection);
            return work.in(connection);
        });
    }

    private void waitShortly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '" + patienceMs + "ms'");
        }
    }
}
