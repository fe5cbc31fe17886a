package dev.posthaste.recurring;

import dev.posthaste.jobs.Ping;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cron whose row the transaction has locked, with what its execution needs.
 *
 * @param weight of its request, as its one-shots have it
 * @param queueId the queue whose limits and pause hold for its executions, null for none
 * @param nextFireAt null while it is paused
 * @param pings of one that sends nothing; null for one that sends
 */
record DueCron(
        long id,
        long teamId,
        String name,
        long requestId,
        int weight,
        Timing timing,
        Overlap overlap,
        @Nullable Long queueId,
        @Nullable Instant nextFireAt,
        @Nullable Heartbeat pings) {
    /**
     * What is known of its pings.
     *
     * @param graceSeconds how long after each fire one may come
     * @param early one that came before the next fire and counts for it, null for none
     * @param deadline until when the last fire waits for one, null before there was one
     */
    record Heartbeat(
            int graceSeconds,
            @Nullable Ping early,
            @Nullable Instant deadline) {}
}
