package dev.posthaste.jobs;

import dev.posthaste.redaction.Redaction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pending job whose trigger has fired, with everything that its delivery needs; the queue's settings as they are now.
 *
 * @param timeoutSeconds the one in force, the request's own or the queue's
 * @param retryDelays those in force, in seconds; empty for no retries
 * @param redaction what is not shown of it, by the request or the queue
 * @param interruptions how many it has had
 * @param wasBegun whether it was begun since the last of them; known only of jobs that had one
 * @param weight of its trigger, and of its retries
 * @param signingVersion of its team's secrets, 0 when it never had one
 * @param queueId of what belongs to no queue the number of {@link NoQueue}
 * @param queue the name of its queue, or of the one whose limits hold for it; null for none
 * @param successAssertions the queue's or the cron's, as JSON text, the one of {@code assertions}
 * @param alertsEnabled whether alerts of its queue are on
 * @param cron of an execution of a cron, null for a job that was pushed
 */
public record DueJob(
        long id,
        long teamId,
        long signingVersion,
        long queueId,
        @Nullable String queue,
        long requestId,
        TargetRequest request,
        long originalJobId,
        int attemptNumber,
        int priority,
        int weight,
        int interruptions,
        boolean wasBegun,
        int timeoutSeconds,
        List<Integer> retryDelays,
        Redaction redaction,
        String successAssertions,
        boolean alertsEnabled,
        Instant scheduledAt,
        @Nullable OfCron cron) {

    /**
     * The cron of an execution.
     *
     * @param gateQueueId the queue whose limits and pause hold for it, null for none
     * @param graceSeconds how long it waits for a ping; null when it is sent
     */
    public record OfCron(
            long id, @Nullable Long gateQueueId, @Nullable Integer graceSeconds) {}

    /** Whether nothing is sent, and a ping is waited for. */
    public boolean awaitsPing() {
        return cron != null && cron.graceSeconds() != null;
    }

    /** The id of the queue that {@link #queue} names, null for none. */
    public @Nullable Long namedQueueId() {
        return cron == null ? (Long) queueId : cron.gateQueueId();
    }

    /** The queue that counts it, or the number of {@link NoQueue}. */
    public long countedUnder() {
        Long named = namedQueueId();
        return named == null ? NoQueue.of(teamId) : named;
    }

    /** The same job with the text of its body, which it was loaded without. */
    public DueJob withBody(String text) {
        RequestBody body = request.body();
        TargetRequest whole = request.with(request.headers(), body == null ? null : new RequestBody(body.kind(), text));
        return new DueJob(
                id,
                teamId,
                signingVersion,
                queueId,
                queue,
                requestId,
                whole,
                originalJobId,
                attemptNumber,
                priority,
                weight,
                interruptions,
                wasBegun,
                timeoutSeconds,
                retryDelays,
                redaction,
                successAssertions,
                alertsEnabled,
                scheduledAt,
                cron);
    }

    /** Whether its request may have left, for one who finds it claimed by a node that died. */
    public boolean mayHaveLeft() {
        return !awaitsPing() && (interruptions == 0 || wasBegun);
    }

    /** Whether this is a retry, not the first of its chain. */
    public boolean isRetry() {
        return attemptNumber > 1;
    }
}
