package dev.posthaste;

import dev.posthaste.oneshots.SessionSource;
import dev.posthaste.postgres.ConnectionPools;
import java.sql.Connection;
import java.sql.SQLException;

/** The sessions that stand for this node. Thread-safe. */
record NodeSessions(ConnectionPools pools) implements SessionSource {
    @Override
    public Connection open() throws SQLException {
        return pools.openSession();
    }

    @Override
    public void look(Connection session) throws SQLException {
        pools.mustServeWhoChecksIn(session);
    }
}
