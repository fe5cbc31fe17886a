package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionStatus;
import java.time.Instant;

/**
 * How one or more executions of a cron ended, one after the other.
 *
 * @param last how the last of them did, completed or failed
 * @param at when it did
 * @param failures how many have failed since the last success among them, or of all where there is none
 * @param hasSuccess whether there is one
 */
public record CronEnd(long cronId, ExecutionStatus last, Instant at, int failures, boolean hasSuccess) {
    /** The end of one execution. */
    public static CronEnd of(long cronId, boolean isSuccess, Instant at) {
        return isSuccess
                ? new CronEnd(cronId, ExecutionStatus.COMPLETED, at, 0, true)
                : new CronEnd(cronId, ExecutionStatus.FAILED, at, 1, false);
    }

    /** This and what ended after it. */
    public CronEnd and(CronEnd later) {
        return new CronEnd(
                cronId,
                later.last,
                later.at,
                later.hasSuccess ? later.failures : failures + later.failures,
                hasSuccess || later.hasSuccess);
    }
}
