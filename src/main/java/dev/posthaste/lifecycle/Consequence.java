package dev.posthaste.lifecycle;

import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an attempt. The legal changes of a job's state are exactly those that {@link RetryChain} returns,
 * and cancelling; {@code docs/lifecycle.md} draws them.
 *
 * @param status the attempt's own
 * @param finalStatus the attempt's own
 * @param chainStatus what the original's final status becomes; null while the chain goes on
 * @param retryIn how long after the failure the next attempt is due, null when none follows
 */
public record Consequence(
        JobStatus status,
        FinalStatus finalStatus,
        @Nullable FinalStatus chainStatus,
        @Nullable Duration retryIn) {

    /** Whether no attempt follows. */
    public boolean isFinal() {
        return chainStatus != null;
    }

    /** Whether the chain ends as a dead letter. */
    public boolean isDeadLetter() {
        return chainStatus == FinalStatus.DEAD_LETTERED;
    }
}
