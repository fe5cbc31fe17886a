package dev.posthaste.stats;

import dev.posthaste.queues.TallyDao;
import dev.posthaste.sql.OneTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes hours of the minutes of more than a day ago, and removes what is kept no longer. Each slice takes minutes away and
 * adds them to their hours in one transaction, so that it may end anywhere; one that comes late is added like any other.
 */
final class RollUpStats {
    /** How long minutes are kept at least. */
    static final Duration MINUTES_KEPT = Duration.ofDays(1);

    private static final int SLICE = 2_000;

    private final StatsDao stats;
    private final TallyDao tallies;
    private final Duration keep;
    private final InstantSource clock;

    /**
     * @param keep how long hours are kept
     * @param clock the database's
     */
    RollUpStats(StatsDao stats, TallyDao tallies, Duration keep, InstantSource clock) {
        this.stats = stats;
        this.tallies = tallies;
        this.keep = keep;
        this.clock = clock;
    }

    /** The first instant of which there are minutes. */
    static Instant minutesSince(Instant now) {
        return now.minus(MINUTES_KEPT).truncatedTo(ChronoUnit.HOURS);
    }

    /** On a connection in autocommit mode. */
    void run(Connection connection) throws SQLException {
        Instant now = clock.instant();
        int taken;
        do {
            taken = OneTransaction.on(connection, open -> rollUp(open, minutesSince(now)));
        } while (taken == SLICE && isToGoOn());
        int removed;
        do {
            removed = stats.removeHours(connection, now.minus(keep), SLICE);
        } while (removed == SLICE && isToGoOn());
        stats.removeGoneTeams(connection);
        OneTransaction.on(connection, open -> {
            tallies.removeGone(open);
            return true;
        });
    }

    private static boolean isToGoOn() {
        return !Thread.currentThread().isInterrupted();
    }

    private int rollUp(Connection connection, Instant before) throws SQLException {
        List<StatsDao.Dated> minutes = stats.takeMinutes(connection, before, SLICE);
        Map<StatsRow.Key, Map<Instant, StatsRow>> hours = new TreeMap<>();
        for (StatsDao.Dated minute : minutes) {
            hours.computeIfAbsent(minute.row().key(), any -> new TreeMap<>())
                    .merge(minute.at().truncatedTo(ChronoUnit.HOURS), minute.row(), StatsRow::plus);
        }
        if (!minutes.isEmpty()) {
            stats.add(
                    connection,
                    StatsDao.HOUR,
                    hours.values().stream()
                            .flatMap(ofOne -> ofOne.entrySet().stream())
                            .map(hour -> new StatsDao.Dated(hour.getKey(), hour.getValue()))
                            .toList());
        }
        return minutes.size();
    }
}
