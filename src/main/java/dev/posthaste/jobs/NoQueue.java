package dev.posthaste.jobs;

/**
 * The number under which goes what belongs to no queue. No queue has it, so that no list, count or change of a queue meets
 * what is kept under it; each team has one of its own, so that teams take turns as queues do.
 */
public final class NoQueue {
    private NoQueue() {}

    /** That of a team. */
    public static long of(long teamId) {
        return -teamId;
    }
}
