package dev.posthaste.steering;

import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cancels jobs whose triggers still wait: who removes a trigger has cancelled its job, and what somebody has claimed is left
 * alone. Set-based, in the caller's transaction. Thread-safe: holds no state.
 */
final class CancelJobs {
    /** A job that may be pending. */
    record Candidate(long queueId, long jobId) {}

    private final ChainDao chains;
    private final OneShots oneShots;
    private final QueueCountDao counts;

    CancelJobs(ChainDao chains, OneShots oneShots, QueueCountDao counts) {
        this.chains = chains;
        this.oneShots = oneShots;
        this.counts = counts;
    }

    /** The ids of those that are cancelled by it. */
    List<Long> cancel(Connection connection, Collection<Candidate> jobs) throws SQLException {
        Map<OneShotKey, Long> queues = new HashMap<>();
        jobs.forEach(job -> queues.put(Triggers.keyOfJob(job.queueId(), job.jobId()), job.queueId()));
        Set<OneShotKey> removed = queues.isEmpty() ? Set.of() : oneShots.remove(connection, queues.keySet());
        if (removed.isEmpty()) {
            return List.of();
        }
        List<Long> ids =
                removed.stream().map(key -> Triggers.idOf(key)).sorted().toList();
        chains.cancel(connection, ids);
        Map<Long, CountChange> changes = new HashMap<>();
        removed.forEach(key -> changes.merge(queues.getOrDefault(key, 0L), CountChange.cancelled(1), CountChange::and));
        counts.addition(changes).execute(connection);
        return ids;
    }
}
