package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a retry chain, as it is kept and shown.
 *
 * @param originalJobId the first job of the chain; its own id for the first
 * @param priority 1 to 10, higher goes first among the due jobs of a queue
 * @param timeoutSeconds the one in force, the queue's or the request's own
 * @param retryDelays those in force, in seconds; empty for no retries
 * @param redaction what is not shown of it, by the request or the queue
 * @param finalStatus null until the job has run
 * @param deadLetteredAt null unless the chain ended as a dead letter
 * @param replayedAs the job that replayed this one, null if none did
 */
public record Job(
        long id,
        long queueId,
        String queue,
        TargetRequest request,
        JobStatus status,
        @Nullable FinalStatus finalStatus,
        int attemptNumber,
        long originalJobId,
        boolean hasPendingRetry,
        @Nullable Long replayedAs,
        int priority,
        int timeoutSeconds,
        List<Integer> retryDelays,
        Redaction redaction,
        Instant createdAt,
        Instant scheduledAt,
        @Nullable Instant deadLetteredAt) {

    /** Whether this job is a retry, not the first of its chain. */
    public boolean isRetry() {
        return attemptNumber > 1;
    }

    /** The same job with what is read from elsewhere than its row. */
    Job seenAs(JobStatus seen, boolean isRetryPending) {
        return with(request, seen, isRetryPending);
    }

    /** The same job with masks for what is not shown. */
    public Job shown(Masks masks) {
        RequestBody body = request.body();
        String text = body == null ? null : masks.body(body.text(), redaction);
        return with(
                request.with(
                        masks.headers(request.headers(), redaction),
                        body == null || text == null || text.equals(body.text()) ? body : body.masked(text)),
                status,
                hasPendingRetry);
    }

    private Job with(TargetRequest otherRequest, JobStatus otherStatus, boolean isRetryPending) {
        return new Job(
                id,
                queueId,
                queue,
                otherRequest,
                otherStatus,
                finalStatus,
                attemptNumber,
                originalJobId,
                isRetryPending,
                replayedAs,
                priority,
                timeoutSeconds,
                retryDelays,
                redaction,
                createdAt,
                scheduledAt,
                deadLetteredAt);
    }
}
