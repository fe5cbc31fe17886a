package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The database's clock, as this node knows it. All due times are in its time. It is never ahead of the database's, so that
 * nothing leaves early: a reading counts as taken when its answer arrives, and the one that came back fastest among the
 * last ones counts. Between readings it goes by the machine's steady clock, not by the one that people set. Thread-safe.
 */
public final class DatabaseClock implements InstantSource {
    private static final int READINGS = 16;

    /** A reading that differs by more comes from a database whose clock was set, or from another database. */
    private static final long SET_MS = 500;

    private final InstantSource nodeClock;
    private final Deque<Long> readings = new ArrayDeque<>();
    private volatile long aheadMs;

    /** Starts with the node's own time, until the first {@link #synchronize}. */
    public DatabaseClock(InstantSource nodeClock) {
        this.nodeClock = nodeClock;
        this.aheadMs = nodeClock.millis() - steadyMs();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return steadyMs() + aheadMs;
    }

    /** What this node's clock shows when the database's shows {@code databaseMs}; both in milliseconds since 1970. */
    long toNodeTime(long databaseMs) {
        return databaseMs - millis() + nodeClock.millis();
    }

    /** Asks the database. */
    public void synchronize(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            // Rounded up, as everything here errs on the late side.
            note(row.getLong(1) - steadyMs() - 1);
        }
    }

    private synchronized void note(long reading) {
        if (!readings.isEmpty() && Math.abs(Collections.max(readings) - reading) > SET_MS) {
            readings.clear();
        }
        readings.addLast(reading);
        if (readings.size() > READINGS) {
            readings.removeFirst();
        }
        aheadMs = Collections.max(readings);
    }

    private static long steadyMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
