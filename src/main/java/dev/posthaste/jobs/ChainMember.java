package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShotKey;
import org.jspecify.annotations.Nullable;

/**
 * An attempt of a chain as those see it who change the chain.
 *
 * @param status as it is stored, so never {@link JobStatus#PROCESSING}
 * @param replayedAs the job that replayed this one, null if none did
 */
public record ChainMember(
        long id,
        long originalJobId,
        long queueId,
        long requestId,
        int priority,
        JobStatus status,
        @Nullable FinalStatus finalStatus,
        @Nullable Long replayedAs) {
    /** The trigger that it has while it is pending. */
    public OneShotKey triggerKey() {
        return Triggers.keyOfJob(queueId, id);
    }

    /** Whether it has not been concluded. */
    public boolean isPending() {
        return status == JobStatus.PENDING;
    }

    /** Whether this is the first of its chain, which stands for all of it. */
    public boolean isOriginal() {
        return id == originalJobId;
    }
}
