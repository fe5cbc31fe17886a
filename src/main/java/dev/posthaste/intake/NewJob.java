package dev.posthaste.intake;

import dev.posthaste.jobs.TargetRequest;

/**
 * A valid job that has not been accepted yet.
 *
 * @param queue the queue's name; the queue is made on first use
 * @param priority 1 to 10, higher goes first
 */
public record NewJob(String queue, TargetRequest request, Schedule schedule, int priority) {
    /** The priority of a job that names none. */
    public static final int DEFAULT_PRIORITY = 5;
}
