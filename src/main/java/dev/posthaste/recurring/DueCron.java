package dev.posthaste.recurring;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cron whose row the transaction has locked, with what its execution needs.
 *
 * @param weight of its request, as its one-shots have it
 * @param queueId the queue whose limits and pause hold for its executions, null for none
 * @param nextFireAt null while it is paused
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
        @Nullable Instant nextFireAt) {}
