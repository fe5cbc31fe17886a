package dev.posthaste.alerts;

import dev.posthaste.jobs.FailureReason;
import org.jspecify.annotations.Nullable;

/**
 * How an execution of a cron has ended, with all of its retries.
 *
 * @param executionId the id of its first attempt
 * @param failureReason why its last attempt has failed, null for a success
 */
public record ExecutionEnd(
        long cronId, long executionId, @Nullable FailureReason failureReason) {
    /** Whether it has succeeded. */
    public boolean isSuccess() {
        return failureReason == null;
    }
}
