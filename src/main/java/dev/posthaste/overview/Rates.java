package dev.posthaste.overview;

import dev.posthaste.queues.Tally;
import java.time.Duration;

/** How many of each a second. */
public record Rates(double accepted, double delivered, double failed) {
    static final Rates NONE = new Rates(0, 0, 0);

    /** Of what has happened within so long. */
    static Rates of(Tally happened, Duration within) {
        double seconds = within.toMillis() / 1_000.0;
        return seconds <= 0
                ? NONE
                : new Rates(
                        happened.accepted() / seconds,
                        happened.delivered() / seconds,
                        happened.failedAttempts() / seconds);
    }

    /** Of what was counted, now and before: what a queue that was deleted had is counted elsewhere from then on. */
    static Rates between(Tally before, Tally now, Duration within) {
        return of(
                new Tally(
                        Math.max(0, now.accepted() - before.accepted()),
                        Math.max(0, now.delivered() - before.delivered()),
                        Math.max(0, now.failedAttempts() - before.failedAttempts()),
                        0,
                        0,
                        0),
                within);
    }
}
