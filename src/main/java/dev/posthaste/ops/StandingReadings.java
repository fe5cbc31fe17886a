package dev.posthaste.ops;

import dev.posthaste.oneshots.Standing;
import dev.posthaste.queues.QueueCountDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How all nodes together stand, as this one has last read it, so that who asks does not wait for the database. Forgotten when
 * it is a minute old: nothing is told rather than what was true before the database went. Thread-safe.
 */
public final class StandingReadings implements Upkeep.Task {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final String schedulerName;
    private final QueueCountDao counts;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading last;

    /** @param nanoTime a steady clock */
    public StandingReadings(String schedulerName, QueueCountDao counts, LongSupplier nanoTime) {
        this.schedulerName = schedulerName;
        this.counts = counts;
        this.nanoTime = nanoTime;
    }

    private record Reading(Standing standing, long pending, long nanos) {}

    @Override
    public void run(Connection connection) throws SQLException {
        last = new Reading(Standing.read(connection, schedulerName), counts.pending(connection), nanoTime.getAsLong());
    }

    private Optional<Reading> known() {
        Reading reading = last;
        return reading == null || nanoTime.getAsLong() - reading.nanos > LONGEST.toNanos()
                ? Optional.empty()
                : Optional.of(reading);
    }

    /** Jobs that have not ended, those in flight among them. */
    public Optional<Long> pending() {
        return known().map(Reading::pending);
    }

    /** What is due and waits. */
    public Optional<Long> overdue() {
        return known().map(reading -> reading.standing().overdue());
    }

    /** For how many seconds the first of those has waited, 0 when there is none. */
    public Optional<Double> oldestOverdueSeconds() {
        return known().map(reading -> reading.standing()
                .oldest()
                .map(since -> Duration.between(since, reading.standing().at()).toMillis() / 1_000.0)
                .orElse(0.0));
    }

    /** How many nodes there are. */
    public Optional<Integer> nodes() {
        return known().map(reading -> reading.standing().nodes());
    }
}
