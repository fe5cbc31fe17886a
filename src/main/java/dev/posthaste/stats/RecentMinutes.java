package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import dev.posthaste.queues.TallyDao;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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

    /**
     * What was delivered in each queue, minute by minute, one row for each queue that has anything: a snapshot of two hundred has
     * six thousand minutes, and reading each as a row of its own is most of what it costs.
     *
     * @param first the minute that comes first
     * @param count so many of them
     */
    public Map<Long, List<Long>> deliveredOf(
            Connection connection, long teamId, Collection<Long> queueIds, Instant first, int count)
            throws SQLException {
        String sql = """
                select q.id, m.places, m.delivered
                  from unnest(?) as q (id)
                 cross join lateral (
                   select array_agg(((extract(epoch from s.at)::bigint - ?) / 60)::integer) as places,
                          array_agg(s.delivered) as delivered
                     from queue_stats s
                    where s.team_id = ? and s.queue_id = q.id and s.at >= to_timestamp(?) and s.step = 60) m
                 where m.places is not null
                """;
        return Rows.map(
                connection,
                sql,
                values -> values.numbers(queueIds)
                        .number(first.getEpochSecond())
                        .number(teamId)
                        .number(first.getEpochSecond()),
                row -> row.getLong("id"),
                row -> line(
                        (Integer[]) row.getArray("places").getArray(),
                        (Long[]) row.getArray("delivered").getArray(),
                        count));
    }

    private static List<Long> line(Integer[] places, Long[] values, int count) {
        Long[] line = new Long[count];
        Arrays.fill(line, 0L);
        for (int i = 0; i < places.length; i++) {
            // A clock that was set back leaves minutes that are to come.
            if (places[i] < count) {
                line[places[i]] = values[i];
            }
        }
        return List.of(line);
    }

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
