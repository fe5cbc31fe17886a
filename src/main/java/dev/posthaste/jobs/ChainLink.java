package dev.posthaste.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One attempt of a retry chain in short, as the other attempts of the chain show it. */
public record ChainLink(
        long id,
        int attemptNumber,
        JobStatus status,
        @Nullable FinalStatus finalStatus,
        Instant scheduledAt) {
    /** The same attempt, seen while it is being sent. */
    ChainLink processing() {
        return new ChainLink(id, attemptNumber, JobStatus.PROCESSING, finalStatus, scheduledAt);
    }
}
