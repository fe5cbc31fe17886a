package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;

/** A time from one instant to another, both of which belong to it; the same twice for a moment. */
record Interval(Instant from, Instant until) {
    Interval {
        if (until.isBefore(from)) {
            throw new IllegalArgumentException(from + " to " + until);
        }
    }

    boolean meets(Interval other) {
        return !until.isBefore(other.from) && !other.until.isBefore(from);
    }

    /** Begins and ends so much earlier and later. */
    Interval widened(Duration before, Duration after) {
        return new Interval(from.minus(before), until.plus(after));
    }
}
