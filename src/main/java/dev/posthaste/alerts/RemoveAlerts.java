package dev.posthaste.alerts;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Takes away what is kept no longer: alerts, what was sent of them, and what nothing happens to. Thread-safe. */
public final class RemoveAlerts {
    private final Duration keep;
    private final AlertDao alerts = new AlertDao();
    private final RemovedMessageDao messages = new RemovedMessageDao();

    /** @param keep how long an alert is kept after it has begun */
    public RemoveAlerts(Duration keep) {
        this.keep = keep;
    }

    /** Removes alerts that are older or whose team is deleted, at most so many of each; returns how many. */
    public int some(Connection connection, int max) throws SQLException {
        return alerts.removeOlder(connection, keep, max) + alerts.removeOfDeletedTeams(connection, max);
    }

    /**
     * Removes settled messages that are older, and those of deleted channels, at most so many of each; returns how many.
     * Needs a transaction.
     */
    public int someMessages(Connection connection, int max) throws SQLException {
        return messages.removeOlder(connection, keep, max) + messages.removeOfGoneChannels(connection, max);
    }

    /**
     * Removes what belongs to no message any more, and forgets what nothing has happened to for a day: the next alert of it
     * begins as the first one did.
     */
    public void leftovers(Connection connection) throws SQLException {
        messages.removeStrayParts(connection);
        alerts.removeTopics(connection);
    }
}
