package dev.posthaste.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * For how long a connection waits for each answer over the network, until this ends; then as long as before. A
 * connection whose answer did not come in time is of no use any more. Not thread-safe, as connections are.
 */
public final class NetworkPatience {
    private final Connection connection;
    private final int usualMs;

    private NetworkPatience(Connection connection, int usualMs) {
        this.connection = connection;
        this.usualMs = usualMs;
    }

    /** Has it wait so long; in milliseconds, 0 for ever. */
    public static NetworkPatience of(Connection connection, Duration patience) throws SQLException {
        NetworkPatience before = new NetworkPatience(connection, connection.getNetworkTimeout());
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(patience.toMillis()));
        return before;
    }

    /** Has it wait as before; without effect on one that is closed. */
    public void end() throws SQLException {
        if (!connection.isClosed()) {
            connection.setNetworkTimeout(Runnable::run, usualMs);
        }
    }
}
