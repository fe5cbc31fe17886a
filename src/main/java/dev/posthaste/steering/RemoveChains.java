package dev.posthaste.steering;

import dev.posthaste.jobs.ChainDao;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Removes resolved chains with all that belongs to them; set-based, in the caller's transaction, which has locked the
 * originals. Thread-safe: holds no state.
 */
public final class RemoveChains {
    private final ChainDao chains;
    private final OneShots oneShots;
    private final QueueCountDao counts;

    /** The DAOs write through the caller's connection. */
    public RemoveChains(ChainDao chains, OneShots oneShots, QueueCountDao counts) {
        this.chains = chains;
        this.oneShots = oneShots;
        this.counts = counts;
    }

    /**
     * Removes the chains with these originals.
     *
     * @param changes what that changes of their queues' counts
     */
    public void remove(Connection connection, Collection<Long> originalIds, Map<Long, CountChange> changes)
            throws SQLException {
        if (originalIds.isEmpty()) {
            return;
        }
        List<Long> members = chains.membersOf(connection, originalIds);
        List<OneShotKey> callbacks = chains.callbackTriggers(connection, members);
        if (!callbacks.isEmpty()) {
            oneShots.remove(connection, callbacks);
        }
        chains.delete(connection, members);
        counts.addition(changes).execute(connection);
    }
}
