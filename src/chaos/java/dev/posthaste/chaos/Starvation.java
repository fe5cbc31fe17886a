package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;

/**
 * Others kept the processors busy.
 *
 * @param share how much of a processor was left for what wanted one, from 0 to 1
 */
record Starvation(Instant from, Instant until, double share) {
    Starvation {
        if (until.isBefore(from) || share < 0 || share > 1) {
            throw new IllegalArgumentException(share + " from " + from + " to " + until);
        }
    }

    /** The part of it that was lost: so much longer did things take, and no longer. */
    Interval lost() {
        long nanos = Duration.between(from, until).toNanos();
        return new Interval(from, from.plusNanos((long) (nanos * (1 - share))));
    }
}
