package dev.posthaste.jobs;

import java.time.Instant;

/**
 * A job that is about to be written, pending.
 *
 * @param requestId the stored request that it sends
 * @param originalJobId the first of its chain, its own id for a first attempt
 */
public record PendingJob(
        long id,
        long teamId,
        long queueId,
        long requestId,
        long originalJobId,
        int attemptNumber,
        int priority,
        Instant createdAt,
        Instant dueAt) {}
