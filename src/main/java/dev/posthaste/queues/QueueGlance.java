package dev.posthaste.queues;

/**
 * A queue as one sees it among others, without its settings.
 *
 * @param pending those in flight not among them
 * @param processing in flight
 * @param deadLettered chains that stand among the dead letters
 */
public record QueueGlance(
        long id, String name, boolean isActive, long pending, long processing, long deadLettered, Tally tally) {}
