package dev.posthaste.intake;

import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A valid job that has not been accepted yet.
 *
 * @param queue the queue's name; the queue is made on first use
 * @param priority 1 to 10, higher goes first
 */
public record NewJob(String queue, TargetRequest request, Schedule schedule, int priority) {
    /** The priority of a job that names none. */
    public static final int DEFAULT_PRIORITY = 5;

    /** The same job, pushed from there in a trace; null for no trace. */
    public NewJob from(@Nullable TraceContext trace) {
        return trace == null ? this : new NewJob(queue, request.from(trace), schedule, priority);
    }
}
