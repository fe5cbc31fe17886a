package dev.posthaste.queues;

/** What became of the wish to delete a queue. */
public enum QueueRemoval {
    DONE,
    NO_SUCH_QUEUE,
    /** Jobs of it are pending or being sent. */
    NOT_EMPTY,
    /** Crons fire into it. */
    HAS_CRONS
}
