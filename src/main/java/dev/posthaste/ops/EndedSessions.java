package dev.posthaste.ops;

import dev.posthaste.teams.SessionDao;
import java.sql.Connection;
import java.sql.SQLException;

/** Removes sessions and login links that ended long ago, in small batches. */
public final class EndedSessions implements Upkeep.Task {
    private static final int BATCH = 1_000;

    private final SessionDao sessions;

    /** Removes through the tables' owner. */
    public EndedSessions(SessionDao sessions) {
        this.sessions = sessions;
    }

    @Override
    public void run(Connection connection) throws SQLException {
        boolean isMore = true;
        while (isMore && !Thread.currentThread().isInterrupted()) {
            isMore = sessions.removeOver(connection, BATCH);
        }
    }
}
