package dev.posthaste.stats;

import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.TallyDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;

/** What a node keeps of what happens, put together. Thread-safe. */
public final class Statistics {
    private final RecentTimes recent = new RecentTimes();
    private final StatsListener listener;
    private final FlushStats flush;
    private final RollUpStats rollUp;

    /** The same, of which nobody else is told. */
    public Statistics(Duration keep, InstantSource clock) {
        this(keep, clock, StatsListener.NONE);
    }

    /**
     * Writes nothing by itself.
     *
     * @param keep how long what has happened is kept, by the hour
     * @param clock the database's
     */
    public Statistics(Duration keep, InstantSource clock, StatsListener listener) {
        this.listener = listener;
        StatsDao stats = new StatsDao();
        TallyDao tallies = new TallyDao(new QueueCountDao());
        this.flush = new FlushStats(recent, tallies, new QueueDao(), stats);
        this.rollUp = new RollUpStats(stats, tallies, keep, clock);
    }

    /** These have ended and are committed. */
    public void ended(Collection<Attempt> attempts) {
        attempts.forEach(recent::add);
        listener.ended(attempts);
    }

    /** Has what happened since the last time added to its minute, on a connection in autocommit mode. */
    public void flush(Connection connection) throws SQLException {
        listener.tallied(flush.settle(connection));
        listener.tallied(flush.run(connection));
    }

    /** Makes hours of old minutes and removes old hours, on a connection in autocommit mode. */
    public void rollUp(Connection connection) throws SQLException {
        rollUp.run(connection);
    }
}
