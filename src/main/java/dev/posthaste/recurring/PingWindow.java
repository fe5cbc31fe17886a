package dev.posthaste.recurring;

import dev.posthaste.jobs.ExpectedPing;
import dev.posthaste.jobs.Ping;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * From when until when a ping counts for a fire. No I/O and no clock.
 *
 * @param deadline until when it is waited for
 * @param early when one came before the fire that counts for it, null for none
 * @param skippedFor the execution that tells of it, if it reported a failure; null when the fire is one of its own
 */
record PingWindow(
        int graceSeconds,
        Instant deadline,
        @Nullable Instant early,
        @Nullable Long skippedFor) {
    /** What is found later than this was not looked at in time: no node, or no database, was there to be pinged. */
    static final Duration LATE = Duration.ofSeconds(10);

    /** How long before a fire a ping counts for it at least: schedules are to the minute, and clocks differ. */
    private static final Duration LEAST_EARLY = Duration.ofMinutes(1);

    /**
     * That of a fire that is made now. Who could not ping because we were away is given the grace from now on.
     *
     * @param fire when it was due
     */
    static PingWindow of(Instant fire, Instant now, DueCron.Heartbeat pings) {
        Instant from = fire.plus(LATE).isBefore(now) ? now : fire;
        Instant early = pings.early();
        boolean isFailure = pings.earlyExecution() != null;
        boolean counts = early != null && !early.isBefore(fire.minus(early(isFailure, pings.graceSeconds())));
        return new PingWindow(
                pings.graceSeconds(),
                from.plusSeconds(pings.graceSeconds()),
                counts && !isFailure ? early : null,
                counts ? pings.earlyExecution() : null);
    }

    /**
     * Whether a ping for which nothing waits counts for the next fire: it came shortly before, and nearer to it than to what
     * the last fire was over with, so that neither a second ping nor one that is late answers for the next time.
     *
     * @param nextFire null while the cron is paused
     */
    static boolean isEarly(Ping ping, @Nullable Instant nextFire, DueCron.Heartbeat pings) {
        if (nextFire == null || ping.at().isBefore(nextFire.minus(early(ping.isFailure(), pings.graceSeconds())))) {
            return false;
        }
        Instant over = lastOver(pings);
        return over == null || Duration.between(over, ping.at()).compareTo(Duration.between(ping.at(), nextFire)) > 0;
    }

    /** The last ping that may have been for the last fire, or else its deadline; null before there was a fire. */
    private static @Nullable Instant lastOver(DueCron.Heartbeat pings) {
        Instant deadline = pings.deadline();
        Instant last = pings.last();
        if (deadline == null || last == null) {
            return deadline;
        }
        Instant earliest = deadline.minusSeconds(pings.graceSeconds()).minus(early(false, pings.graceSeconds()));
        return last.isBefore(earliest) ? deadline : last;
    }

    /** A failure hours before a fire is none of that fire's, however long its grace. */
    private static Duration early(boolean isFailure, int graceSeconds) {
        Duration grace = Duration.ofSeconds(graceSeconds);
        return isFailure || grace.compareTo(LEAST_EARLY) < 0 ? LEAST_EARLY : grace;
    }

    /** What the execution waits for. */
    ExpectedPing expected(Instant now) {
        return early == null
                ? new ExpectedPing(graceSeconds, deadline, null)
                : new ExpectedPing(graceSeconds, now, new Ping(early, false));
    }
}
