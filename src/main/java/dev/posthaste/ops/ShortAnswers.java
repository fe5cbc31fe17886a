package dev.posthaste.ops;

import java.sql.Connection;
import java.sql.SQLException;

/** While it is open, an answer on the connection is waited for no longer than somebody looks at a page of health. */
final class ShortAnswers implements AutoCloseable {
    private static final int PATIENCE_MS = 3_000;

    private final Connection connection;
    private final int usualMs;

    ShortAnswers(Connection connection) throws SQLException {
        this.connection = connection;
        this.usualMs = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, PATIENCE_MS);
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) {
            connection.setNetworkTimeout(Runnable::run, usualMs);
        }
    }
}
