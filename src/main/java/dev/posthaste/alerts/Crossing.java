package dev.posthaste.alerts;

import dev.posthaste.jobs.FailureReason;
import org.jspecify.annotations.Nullable;

/**
 * Something that users are to be told.
 *
 * @param name of the cron or queue
 * @param count how often it has happened, as far as this transaction knows
 * @param eventId the job or the execution of the last time
 * @param failureReason why that has failed, null for a recovery
 */
record Crossing(
        long teamId,
        Alertable alertable,
        String name,
        AlertType type,
        long count,
        long eventId,
        @Nullable FailureReason failureReason) {

    /** This one and what happened to the same after it. */
    Crossing and(Crossing later) {
        return new Crossing(
                teamId, alertable, later.name, type, count + later.count, later.eventId, later.failureReason);
    }
}
