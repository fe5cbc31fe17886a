package dev.posthaste;

import dev.posthaste.db.OpenDatabase;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Closes the database of a server that could not start, most often because a port is taken: whatever was never started is
 * never stopped either, and an embedded PostgreSQL would go on without its server.
 */
final class FailedStart implements LifeCycle.Listener {
    private final OpenDatabase database;

    FailedStart(OpenDatabase database) {
        this.database = database;
    }

    @Override
    public void lifeCycleFailure(LifeCycle server, Throwable cause) {
        database.close();
    }
}
