package dev.posthaste.stats;

import java.util.HashMap;
import java.util.Map;

/** How late attempts of this node began and how long they took, by queue, since this was last asked. Thread-safe. */
final class RecentTimes {
    /** More queues than that within ten seconds are counted for their teams only. */
    private static final int MAX_QUEUES = 10_000;

    private Map<StatsRow.Key, OfQueue> byQueue = new HashMap<>();

    /** Of one queue or team. */
    record OfQueue(Times lateness, Times duration) {
        OfQueue() {
            this(new Times(), new Times());
        }

        OfQueue plus(OfQueue others) {
            lateness.add(others.lateness);
            duration.add(others.duration);
            return this;
        }
    }

    synchronized void add(Attempt attempt) {
        if (attempt.durationMs() == null) {
            return;
        }
        StatsRow.Key key = new StatsRow.Key(attempt.teamId(), attempt.queueId());
        if (byQueue.size() >= MAX_QUEUES && !byQueue.containsKey(key)) {
            key = StatsRow.Key.ofTeam(attempt.teamId());
        }
        OfQueue times = byQueue.computeIfAbsent(key, any -> new OfQueue());
        times.lateness().add(attempt.latenessMs());
        times.duration().add(attempt.durationMs());
    }

    /** What there is, and begins anew. */
    synchronized Map<StatsRow.Key, OfQueue> take() {
        Map<StatsRow.Key, OfQueue> taken = byQueue;
        byQueue = new HashMap<>();
        return taken;
    }

    /** What was taken and could not be kept. */
    synchronized void putBack(Map<StatsRow.Key, OfQueue> taken) {
        taken.forEach((key, times) -> byQueue.merge(key, times, OfQueue::plus));
    }
}
