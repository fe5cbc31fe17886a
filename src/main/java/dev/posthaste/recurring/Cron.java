package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.redaction.Redaction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cron as it is kept.
 *
 * @param redaction what is not shown of it, by its request or its queue
 * @param requestId under which its request is kept
 * @param nextFireAt its one waiting fire; null while it is paused
 * @param pingSecret what its ping URL ends with; null for one that expects none
 * @param lastStatus how the last execution ended that was sent, null before the first one has
 * @param lastExecutedAt when that was, likewise
 * @param consecutiveFailures so many executions have failed since the last success
 * @param isAlerted whether a failure was told that is not over
 */
public record Cron(
        long id,
        CronSettings settings,
        Redaction redaction,
        long requestId,
        @Nullable Instant nextFireAt,
        @Nullable PingSecret pingSecret,
        @Nullable ExecutionStatus lastStatus,
        @Nullable Instant lastExecutedAt,
        int consecutiveFailures,
        boolean isAlerted,
        Instant createdAt) {}
