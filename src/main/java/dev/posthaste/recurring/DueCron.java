package dev.posthaste.recurring;

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
     * @param early when one came before the next fire that counts for it, null for none
     * @param earlyExecution the execution that it has made, if it reported a failure; the fire is skipped for it
     * @param last when the last one came, null before there was one
     * @param isFailing whether the last end was a failure
     * @param deadline until when the last fire waits for one, null before there was one
     */
    record Heartbeat(
            int graceSeconds,
            @Nullable Instant early,
            @Nullable Long earlyExecution,
            @Nullable Instant last,
            boolean isFailing,
            @Nullable Instant deadline) {}
}
