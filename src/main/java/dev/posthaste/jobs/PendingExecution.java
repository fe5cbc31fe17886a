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
 * @param expected the ping that it waits for in place of sending anything; null when it is to be sent
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
        @Nullable ExpectedPing expected,
        Instant createdAt,
        Instant dueAt) {
    /** All executions of a queue are equal. */
    static final int PRIORITY = 5;

    /** The queue that counts it, or the number of {@link NoQueue}. */
    public long countedUnder() {
        return gateQueueId == null ? NoQueue.of(teamId) : gateQueueId;
    }

    /** Whether something is to come of it: it is sent, or waits for a ping. */
    public boolean isToBeSent() {
        return skippedFor == null;
    }

    /**
     * What sends it when it is due, or looks whether its ping has come.
     *
     * @param weight of its request
     */
    public OneShot oneShot(int weight) {
        if (expected != null) {
            return Triggers.ofHeartbeat(NoQueue.of(teamId), id, expected.judgedAt());
        }
        return Triggers.ofJob(countedUnder(), id, dueAt, PRIORITY, weight);
    }
}
