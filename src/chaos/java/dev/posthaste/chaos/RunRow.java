package dev.posthaste.chaos;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as the database has it in the end; a job's runs are in their order.
 *
 * @param started when its node had claimed it, or began it
 */
record RunRow(
        long jobId,
        Instant started,
        @Nullable String failureReason,
        @Nullable Integer responseStatus) {
    boolean isInterrupted() {
        return "interrupted".equals(failureReason);
    }
}
