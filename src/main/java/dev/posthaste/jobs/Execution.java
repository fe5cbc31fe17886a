package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One time at which a cron fired, and what came of it.
 *
 * @param attempts how many its chain has, one that waits included; 0 when it was skipped
 * @param skippedFor the execution because of which it was not sent or judged, null when it was
 * @param awaitsPing whether its cron sends nothing
 * @param lastRun null before anything was sent
 * @param redaction what is not shown of it
 * @param tags those of its cron when it fired
 */
public record Execution(
        long id,
        long cronId,
        ExecutionTrigger trigger,
        ExecutionStatus status,
        Instant scheduledAt,
        int attempts,
        @Nullable Long skippedFor,
        boolean awaitsPing,
        @Nullable LastRun lastRun,
        Redaction redaction,
        List<String> tags) {
    /** How the last try went, without what was sent and answered. */
    public record LastRun(
            Instant startedAt,
            @Nullable Instant executedAt,
            @Nullable Integer durationMs,
            @Nullable Integer responseStatus,
            @Nullable FailureReason failureReason,
            @Nullable String errorMessage) {}

    /** The same, seen while an attempt of it is being sent. */
    Execution processing() {
        return new Execution(
                id,
                cronId,
                trigger,
                ExecutionStatus.PROCESSING,
                scheduledAt,
                attempts,
                skippedFor,
                awaitsPing,
                lastRun,
                redaction,
                tags);
    }

    /** What is told of why it failed or was skipped, with masks; null for nothing. */
    public @Nullable String shownMessage(Masks masks) {
        if (skippedFor != null) {
            return awaitsPing
                    ? "A failure was reported shortly before: execution " + skippedFor + "."
                    : "Execution " + skippedFor + " of this cron was not finished.";
        }
        return lastRun == null
                ? null
                : Run.shownMessage(lastRun.failureReason(), lastRun.errorMessage(), masks, redaction);
    }
}
