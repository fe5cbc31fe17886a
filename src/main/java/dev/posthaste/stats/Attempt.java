package dev.posthaste.stats;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that has ended and is recorded.
 *
 * @param queueId the queue that counts it, or the number of {@link dev.posthaste.jobs.NoQueue}
 * @param queue that queue's name, null for none
 * @param latenessMs from the due instant to the beginning of the attempt
 * @param durationMs of the exchange; null when nobody saw its end
 * @param failure null for a success
 * @param chainEnd how its chain ended with it, null while another attempt follows
 */
public record Attempt(
        long teamId,
        long queueId,
        @Nullable String queue,
        long latenessMs,
        @Nullable Integer durationMs,
        @Nullable FailureReason failure,
        @Nullable FinalStatus chainEnd) {}
