package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import java.time.Instant;

/** What has happened from {@code at} on for the length of a step; of a step without anything all is zero. */
public record StatsPoint(Instant at, Tally tally, Times lateness, Times duration) {
    static StatsPoint nothing(Instant at) {
        return new StatsPoint(at, Tally.NONE, new Times(), new Times());
    }

    StatsPoint plus(StatsRow row) {
        lateness.add(row.lateness());
        duration.add(row.duration());
        return new StatsPoint(at, tally.plus(row.tally()), lateness, duration);
    }
}
