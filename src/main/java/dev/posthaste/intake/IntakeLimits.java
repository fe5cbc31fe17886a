package dev.posthaste.intake;

/**
 * What each team may push, on all nodes together; 0 is no limit.
 *
 * @param jobsPerSecond in the long run, and at once as well
 * @param pendingJobs that have been accepted and have not ended, those in flight and retries among them
 */
public record IntakeLimits(int jobsPerSecond, int pendingJobs) {
    boolean areOn() {
        return hasRate() || hasPending();
    }

    boolean hasRate() {
        return jobsPerSecond > 0;
    }

    boolean hasPending() {
        return pendingJobs > 0;
    }

    /** The largest batch that can be accepted at all. */
    int maxAtOnce() {
        return Math.min(hasRate() ? jobsPerSecond : Integer.MAX_VALUE, hasPending() ? pendingJobs : Integer.MAX_VALUE);
    }
}
