package dev.posthaste.queues;

/** How many jobs of a queue wait or are being sent, and how many of its chains were resolved in which way. */
public record QueueCounts(long pending, long processing, long completed, long failed, long deadLettered) {}
