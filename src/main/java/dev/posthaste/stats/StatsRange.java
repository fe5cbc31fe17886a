package dev.posthaste.stats;

import java.time.Duration;
import java.time.Instant;

/**
 * What is asked for, in whole steps.
 *
 * @param from the beginning of the first step
 * @param to the end of the last one
 */
public record StatsRange(StatsStep step, Instant from, Instant to) {
    /** A day and its hours by the minute. */
    public static final int MAX_POINTS = 1_500;

    /** Widens it to whole steps. */
    public static StatsRange around(StatsStep step, Instant from, Instant to) {
        return new StatsRange(step, step.floor(from), step.ceiling(to));
    }

    /** How many steps it has. */
    public long points() {
        return Duration.between(from, to).toSeconds() / step.length().toSeconds();
    }

    /** The first instant of which there are minutes. */
    public static Instant minutesSince(Instant now) {
        return RollUpStats.minutesSince(now);
    }
}
