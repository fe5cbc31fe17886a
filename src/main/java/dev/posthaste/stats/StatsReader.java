package dev.posthaste.stats;

import dev.posthaste.queues.QueueDao;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads what has happened, in a range of one index. Thread-safe. */
public final class StatsReader {
    private final Jdbi database;
    private final StatsDao stats = new StatsDao();
    private final QueueDao queues;

    /** Every call takes a connection of {@code database}. */
    public StatsReader(Jdbi database, QueueDao queues) {
        this.database = database;
        this.queues = queues;
    }

    /** How many queues of a team have statistics of their own: those that were made first. */
    public static int maxQueues() {
        return FlushStats.MAX_QUEUES;
    }

    /** Whether the queue has statistics of its own. */
    public boolean isKept(long queueId) throws SQLException {
        return database.withHandle(
                handle -> queues.amongFirst(handle.getConnection(), List.of(queueId), FlushStats.MAX_QUEUES)
                        .contains(queueId));
    }

    /**
     * A point for each step, those without anything too.
     *
     * @param queueId one of the team, null for all that the team has
     */
    public List<StatsPoint> read(long teamId, @Nullable Long queueId, StatsRange range) throws SQLException {
        Map<Instant, StatsPoint> points = new TreeMap<>();
        for (Instant at = range.from();
                at.isBefore(range.to());
                at = at.plus(range.step().length())) {
            points.put(at, StatsPoint.nothing(at));
        }
        StatsRow.Key key = queueId == null ? StatsRow.Key.ofTeam(teamId) : new StatsRow.Key(teamId, queueId);
        database.useHandle(handle -> stats.each(handle.getConnection(), key, range.from(), range.to(), row -> {
            StatsDao.Dated dated = StatsDao.dated(row);
            points.computeIfPresent(range.step().floor(dated.at()), (at, point) -> point.plus(dated.row()));
        }));
        return List.copyOf(points.values());
    }
}
