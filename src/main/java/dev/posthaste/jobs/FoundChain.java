package dev.posthaste.jobs;

import org.jspecify.annotations.Nullable;

/**
 * A retry chain that was found, as it stood then.
 *
 * @param originalId of its first attempt
 * @param lastId of its last attempt
 * @param lastStatus of the same, in flight or not
 * @param finalStatus of the original, and so of the chain; null before its first attempt has ended
 * @param isReplayed whether it was replayed: a dead letter as such, any other chain by one of its attempts
 * @param requestId that its last attempt sends or has sent
 * @param priority of the same
 * @param bytes of the same request, as they are stored
 */
public record FoundChain(
        long originalId,
        long queueId,
        long lastId,
        JobStatus lastStatus,
        @Nullable FinalStatus finalStatus,
        boolean isReplayed,
        long requestId,
        int priority,
        long bytes) {
    /** Whether it is over, and nothing of it will be sent. */
    public boolean isResolved() {
        return finalStatus != null && finalStatus.endsChain();
    }

    /** The same as its last attempt is seen in flight. */
    FoundChain processing() {
        return new FoundChain(
                originalId, queueId, lastId, JobStatus.PROCESSING, finalStatus, isReplayed, requestId, priority, bytes);
    }
}
