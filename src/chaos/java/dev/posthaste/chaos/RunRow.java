package dev.posthaste.chaos;

import org.jspecify.annotations.Nullable;

/** A run as the database has it in the end; a job's runs are in their order. */
record RunRow(
        long jobId,
        @Nullable String failureReason,
        @Nullable Integer responseStatus) {
    boolean isInterrupted() {
        return "interrupted".equals(failureReason);
    }
}
