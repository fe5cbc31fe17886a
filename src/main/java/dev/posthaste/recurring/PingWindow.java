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
        int graceSeconds, Instant deadline, @Nullable Ping early) {
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
        Ping early = pings.early();
        boolean counts = early != null && !early.at().isBefore(fire.minus(early(early, pings.graceSeconds())));
        return new PingWindow(pings.graceSeconds(), from.plusSeconds(pings.graceSeconds()), counts ? early : null);
    }

    /**
     * Whether a ping for which nothing waits counts for the next fire: it came shortly before, and nearer to it than to the
     * last deadline, so that neither a second ping nor one that is late answers for the next time.
     *
     * @param nextFire null while the cron is paused
     */
    static boolean isEarly(Ping ping, @Nullable Instant nextFire, DueCron.Heartbeat pings) {
        Instant deadline = pings.deadline();
        if (nextFire == null || ping.at().isBefore(nextFire.minus(early(ping, pings.graceSeconds())))) {
            return false;
        }
        return deadline == null
                || Duration.between(deadline, ping.at()).compareTo(Duration.between(ping.at(), nextFire)) > 0;
    }

    /** A failure is told at once unless the fire is near: it need not wait for it through a grace of hours. */
    private static Duration early(Ping ping, int graceSeconds) {
        Duration grace = Duration.ofSeconds(graceSeconds);
        return ping.isFailure() || grace.compareTo(LEAST_EARLY) < 0 ? LEAST_EARLY : grace;
    }

    /** What the execution waits for. */
    ExpectedPing expected(Instant now) {
        return early == null
                ? new ExpectedPing(graceSeconds, deadline, null)
                : new ExpectedPing(graceSeconds, now, early);
    }
}
