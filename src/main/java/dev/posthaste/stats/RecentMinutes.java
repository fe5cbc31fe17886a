package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import dev.posthaste.queues.TallyDao;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads the last minutes of many queues at once, on the caller's connection. Thread-safe: holds no state. */
public final class RecentMinutes {
    private final StatsDao stats = new StatsDao();

    /** How late attempts began and how long they took. */
    public record Spent(Times lateness, Times duration) {}

    /** What has happened in each queue, by the minute; of those without anything nothing. Some rows of an index for each queue. */
    public Map<Long, NavigableMap<Instant, Tally>> ofQueues(
            Connection connection, long teamId, Collection<Long> queueIds, Instant from) throws SQLException {
        String sql = """
                select q.id, m.*
                  from unnest(?) as q (id)
                 cross join lateral (
                   select s.at, s.accepted, s.delivered, s.failed_attempts, s.retried, s.died, s.cancelled
                     from queue_stats s
                    where s.team_id = ? and s.queue_id = q.id and s.at >= to_timestamp(? / 1000::float8) and s.step = 60) m
                """;
        Map<Long, NavigableMap<Instant, Tally>> minutes = new HashMap<>();
        Rows.each(
                connection,
                sql,
                values -> values.numbers(queueIds).number(teamId).number(from.toEpochMilli()),
                row -> minutes.computeIfAbsent(row.getLong("id"), any -> new TreeMap<>())
                        .put(Rows.instant(row, "at"), TallyDao.tally(row)));
        return minutes;
    }

    /** The same of all that a team has. */
    public NavigableMap<Instant, Tally> ofTeam(Connection connection, long teamId, Instant from) throws SQLException {
        long all = StatsRow.Key.ofTeam(teamId).queueId();
        return ofQueues(connection, teamId, List.of(all), from).getOrDefault(all, new TreeMap<>());
    }

    /** Of all attempts of a team that ended within so long. */
    public Spent spent(Connection connection, long teamId, Instant now, Duration within) throws SQLException {
        Times lateness = new Times();
        Times duration = new Times();
        stats.each(connection, StatsRow.Key.ofTeam(teamId), now.minus(within), now.plus(within), row -> {
            StatsRow one = StatsDao.dated(row).row();
            lateness.add(one.lateness());
            duration.add(one.duration());
        });
        return new Spent(lateness, duration);
    }
}
