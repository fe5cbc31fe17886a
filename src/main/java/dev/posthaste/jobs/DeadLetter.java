package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import org.jspecify.annotations.Nullable;

/**
 * A chain that ended as a dead letter and has not been replayed, and how its last attempt went.
 *
 * @param original the first job of the chain, under whose id the dead letter is known
 * @param lastJobId the job of the last attempt
 * @param attempts how many there were
 * @param responseStatus of the last run; null when no answer came, or the run is not kept any more
 * @param failureReason of the last run; null when it is not kept any more
 * @param errorMessage of the last run, likewise
 */
public record DeadLetter(
        Job original,
        long lastJobId,
        int attempts,
        @Nullable Integer responseStatus,
        @Nullable FailureReason failureReason,
        @Nullable String errorMessage) {
    /** The same with masks for what is not shown. */
    public DeadLetter shown(Masks masks) {
        return new DeadLetter(
                original.shown(masks),
                lastJobId,
                attempts,
                responseStatus,
                failureReason,
                Run.shownMessage(failureReason, errorMessage, masks, original.redaction()));
    }
}
