package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The database's clock, as this node knows it. All due times are in its time. It errs on the late side: a reading counts as
 * taken when its answer arrives, and the one that came back fastest among the last ones counts. A reading that shows less than
 * the clock that was read before could tells that the database's was set back, and makes the earlier ones void. Until there
 * is one, and until the first, this clock may be ahead. Between readings it goes by the machine's steady clock, not by the one
 * that people set. Thread-safe.
 */
public final class DatabaseClock implements InstantSource {
    private static final int READINGS = 16;

    /** The two clocks need not run at quite the same speed, and milliseconds are cut. */
    private static final long TOLERANCE_MS = 2;

    /** Milliseconds are cut of both clocks at a reading, of the moment that is told by it, and of what is due from then. */
    private static final long CUT_MS = 4;

    private final InstantSource nodeClock;
    private final LongSupplier nanoTime;
    /** Longer than some check-ins that fail one after the other; who is asked so seldom was away. */
    private static final long MAX_GAP_MS = 10_000;

    private final Deque<Reading> readings = new ArrayDeque<>();
    private long readAtMs;
    private volatile long steadySinceMs;
    private volatile Reading best;

    /**
     * What a reading tells of how far the database's clock is ahead of this machine's steady one.
     *
     * @param aheadMs at least
     * @param uncertainMs as much more at most
     */
    private record Reading(long aheadMs, long uncertainMs) {}

    /** Starts with the node's own time, until the first {@link #synchronize}. */
    public DatabaseClock(InstantSource nodeClock) {
        this(nodeClock, System::nanoTime);
    }

    /** @param nanoTime the machine's steady clock */
    DatabaseClock(InstantSource nodeClock, LongSupplier nanoTime) {
        this.nodeClock = nodeClock;
        this.nanoTime = nanoTime;
        this.best = new Reading(nodeClock.millis() - steadyMs(), 0);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return steadyMs() + best.aheadMs();
    }

    /**
     * By how much this clock may be behind the database's. What is to come no sooner than some time after a moment that was
     * read here is due by so much later: another node, or this one after its next reading, may be less behind.
     */
    public Duration uncertainty() {
        return Duration.ofMillis(best.uncertainMs());
    }

    /** What this node's clock shows when the database's shows {@code databaseMs}; both in milliseconds since 1970. */
    long toNodeTime(long databaseMs) {
        return databaseMs - millis() + nodeClock.millis();
    }

    /** Asks the database. */
    public void synchronize(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        long asked = steadyMs();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            read(row.getLong(1), asked, steadyMs());
        }
    }

    /** Learns what the database's clock showed at some moment between two of this node's, by {@link #steadyMs}. */
    synchronized void read(long databaseMs, long asked, long answered) {
        // One more, because the milliseconds of both were cut.
        if (wasSetBack(databaseMs - asked + 1)) {
            readings.clear();
        }
        readings.addLast(new Reading(databaseMs - answered - 1, answered - asked + CUT_MS));
        if (readings.size() > READINGS) {
            readings.removeFirst();
        }
        best = latest();
        if (readings.size() == 1 || answered - readAtMs > MAX_GAP_MS) {
            steadySinceMs = answered;
        }
        readAtMs = answered;
    }

    /**
     * Since when it has been read again and again: this node and the database were there all that time. What it shows of
     * then may be of after a setting back; before the first reading it is now.
     */
    public Instant steadySince() {
        return readAtMs == 0 ? instant() : Instant.ofEpochMilli(steadySinceMs + best.aheadMs());
    }

    /** The same of an answer that took long: it tells only whether the database's clock was set back. */
    synchronized void check(long databaseMs, long asked, long answered) {
        if (wasSetBack(databaseMs - asked + 1)) {
            read(databaseMs, asked, answered);
        }
    }

    private boolean wasSetBack(long atMost) {
        return !readings.isEmpty() && latest().aheadMs() > atMost + TOLERANCE_MS;
    }

    private Reading latest() {
        return Collections.max(readings, Comparator.comparingLong(Reading::aheadMs));
    }

    /** The machine's steady clock, in milliseconds since some moment. */
    long steadyMs() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
