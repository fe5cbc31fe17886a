package dev.posthaste;

import dev.posthaste.postgres.OpenDatabase;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Stands in for a server that has not started yet: what was never started is never stopped either, and an embedded
 * PostgreSQL would go on without its server. Once it has started, the server stops the database itself, as the last thing.
 */
final class UnfinishedStart implements LifeCycle.Listener {
    private final OpenDatabase database;

    UnfinishedStart(OpenDatabase database) {
        this.database = database;
    }

    @Override
    public void lifeCycleStarted(LifeCycle server) {
        database.leaveToServer();
    }

    /** Most often because a port is taken. */
    @Override
    public void lifeCycleFailure(LifeCycle server, Throwable cause) {
        database.close();
    }
}
