package dev.posthaste.recurring;

import dev.posthaste.crons.CronSchedule;
import java.time.Instant;

/**
 * What follows when a cron is found due: of all that it has missed one fire is made, the last one.
 *
 * @param at the fire that is made
 * @param next the one that waits from now on
 */
record Fire(Instant at, Instant next) {
    /**
     * Decides it.
     *
     * @param waiting the fire that has waited
     * @param now not before it
     */
    static Fire of(CronSchedule schedule, Instant waiting, Instant now) {
        // The one that has waited was promised, whatever this runtime's zones say.
        Instant at = schedule.lastBetween(waiting, now).orElse(waiting);
        return new Fire(at, schedule.next(now));
    }
}
