package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of an execution that is about to be written, pending or skipped.
 *
 * @param teamId the cron's
 * @param gateQueueId the queue whose limits and pause hold for it, null for none
 * @param originalJobId the execution's id, which is that of its first attempt
 * @param trigger null for a retry
 * @param skippedFor the execution because of which it is not sent; null when it is
 */
public record PendingExecution(
        long id,
        long cronId,
        long teamId,
        @Nullable Long gateQueueId,
        long requestId,
        long originalJobId,
        int attemptNumber,
        @Nullable ExecutionTrigger trigger,
        @Nullable Long skippedFor,
        Instant createdAt,
        Instant dueAt) {
    /** All executions of a queue are equal. */
    static final int PRIORITY = 5;

    /** Whether it is to be sent. */
    public boolean isToBeSent() {
        return skippedFor == null;
    }

    /**
     * What sends it when it is due.
     *
     * @param weight of its request
     */
    public OneShot oneShot(int weight) {
        long group = gateQueueId == null ? NoQueue.of(teamId) : gateQueueId;
        return Triggers.ofJob(group, id, dueAt, PRIORITY, weight);
    }
}
