package dev.posthaste.jobs;

import java.time.Instant;
import java.util.List;

/**
 * A pending job whose trigger has fired, with everything that its delivery needs; the queue's settings as they are now.
 *
 * @param timeoutSeconds the one in force, the request's own or the queue's
 * @param retryDelays those in force, in seconds; empty for no retries
 * @param weight of its trigger, and of its retries
 * @param successAssertions the queue's, as JSON text, the one of {@code assertions}
 */
public record DueJob(
        long id,
        long teamId,
        long queueId,
        String queue,
        long requestId,
        TargetRequest request,
        long originalJobId,
        int attemptNumber,
        int priority,
        int weight,
        int timeoutSeconds,
        List<Integer> retryDelays,
        String successAssertions,
        Instant scheduledAt) {

    /** Whether this is a retry, not the first of its chain. */
    public boolean isRetry() {
        return attemptNumber > 1;
    }
}
