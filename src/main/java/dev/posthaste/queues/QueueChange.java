package dev.posthaste.queues;

/** What became of a change. */
public sealed interface QueueChange {
    /** Done. */
    record Changed(Queue queue) implements QueueChange {}

    /** The team has no such queue. */
    record NoSuchQueue() implements QueueChange {}

    /** Another queue of the team has the new name. */
    record NameTaken() implements QueueChange {}
}
