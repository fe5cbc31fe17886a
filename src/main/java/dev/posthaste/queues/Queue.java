package dev.posthaste.queues;

/** A named queue of a team. */
public record Queue(long id, long teamId, QueueSettings settings, QueueCounts counts) {}
