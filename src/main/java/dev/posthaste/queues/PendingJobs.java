package dev.posthaste.queues;

/**
 * How many jobs of a team have not ended.
 *
 * @param jobs those in flight among them
 * @param counts rows that were summed up for it
 */
public record PendingJobs(long jobs, int counts) {
    /** Of a team without queues. */
    public static final PendingJobs NONE = new PendingJobs(0, 0);
}
