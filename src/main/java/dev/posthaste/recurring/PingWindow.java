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
 * @param early one that came before the fire and counts for it, null for none
 */
record PingWindow(
        int graceSeconds, Instant deadline, @Nullable Instant early) {
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
        boolean counts = early != null && !early.isBefore(fire.minus(early(pings.graceSeconds())));
        return new PingWindow(pings.graceSeconds(), from.plusSeconds(pings.graceSeconds()), counts ? early : null);
    }

    /**
     * Whether a ping for which nothing waits counts for the next fire: it came shortly before, and when the fire before it
     * waits no more, so that one who pings twice does not answer for the next time.
     *
     * @param nextFire null while the cron is paused
     */
    static boolean isEarly(Instant at, @Nullable Instant nextFire, DueCron.Heartbeat pings) {
        Instant deadline = pings.deadline();
        return nextFire != null
                && !at.isBefore(nextFire.minus(early(pings.graceSeconds())))
                && (deadline == null || at.isAfter(deadline));
    }

    private static Duration early(int graceSeconds) {
        Duration grace = Duration.ofSeconds(graceSeconds);
        return grace.compareTo(LEAST_EARLY) < 0 ? LEAST_EARLY : grace;
    }

    /** What the execution waits for. */
    ExpectedPing expected(Instant now) {
        return early == null
                ? new ExpectedPing(graceSeconds, deadline, null)
                : new ExpectedPing(graceSeconds, now, new Ping(early, false));
    }
}
