package dev.posthaste.overview;

import dev.posthaste.jobs.FailedJob;
import dev.posthaste.queues.QueueGlance;
import dev.posthaste.stats.RecentMinutes;
import java.time.Instant;
import java.util.List;

/**
 * How a team's jobs stand, as one snapshot.
 *
 * @param at when it was so, by the database's clock
 * @param rates of all that the team has
 * @param spent how late and long its attempts were lately
 * @param waiting of all queues that are shown, and of what has none
 * @param failures the newest; none for who may not see jobs
 */
public record Overview(
        Instant at,
        Rates rates,
        RecentMinutes.Spent spent,
        long inFlight,
        long pending,
        Waiting waiting,
        List<NodeGlance> nodes,
        List<FailedJob> failures,
        List<OfQueue> queues) {
    /**
     * What is due and waits.
     *
     * @param seconds for how long the first of it has waited, 0 where there is none
     */
    public record Waiting(long overdue, double seconds) {
        static final Waiting NONE = new Waiting(0, 0);

        Waiting and(Waiting other) {
            return new Waiting(overdue + other.overdue, Math.max(seconds, other.seconds));
        }
    }

    /**
     * One queue.
     *
     * @param delivered in each of the last thirty minutes, the one that has not ended last
     */
    public record OfQueue(QueueGlance queue, Rates rates, long overdue, List<Long> delivered) {}
}
