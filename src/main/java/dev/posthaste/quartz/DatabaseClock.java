package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The database's clock, read through this node's: keeps how far the two are apart. All due times are in its time.
 * Thread-safe.
 */
public final class DatabaseClock implements InstantSource {
    private final InstantSource nodeClock;
    private volatile long aheadMs;

    /** Starts with the node's own time, until the first {@link #synchronize}. */
    public DatabaseClock(InstantSource nodeClock) {
        this.nodeClock = nodeClock;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return nodeClock.millis() + aheadMs;
    }

    /** What this node's clock shows when the database's shows {@code databaseMs}; both in milliseconds since 1970. */
    long toNodeTime(long databaseMs) {
        return databaseMs - aheadMs;
    }

    /** Asks the database; half the round trip counts as the way back. */
    public void synchronize(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            long before = nodeClock.millis();
            try (ResultSet row = statement.executeQuery()) {
                long after = nodeClock.millis();
                row.next();
                aheadMs = row.getLong(1) - (before + (after - before) / 2);
            }
        }
    }
}
