package dev.posthaste.stats;

import dev.posthaste.queues.Tally;
import dev.posthaste.queues.TallyDao;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The {@code queue_stats} table: what has happened by minute, and by hour after a day. Whoever writes adds to what is there,
 * always in the order of teams and queues. The connection, and so the transaction, is the caller's. Thread-safe: holds no
 * state.
 */
final class StatsDao {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration HOUR = Duration.ofHours(1);

    private static final String COLUMNS = "accepted, delivered, failed_attempts, retried, died, cancelled,"
            + " lateness, lateness_max_ms, duration, duration_max_ms";

    private static final NamedSql ADD = NamedSql.of("""
            insert into queue_stats as s (team_id, queue_id, at, step, %1$s)
            select team_id, queue_id, to_timestamp(at_ms / 1000::float8), :step,
                   accepted, delivered, failed_attempts, retried, died, cancelled,
                   lateness::bigint[], lateness_max_ms, duration::bigint[], duration_max_ms
              from unnest(:teams, :queues, :at, :accepted, :delivered, :failed_attempts, :retried, :died, :cancelled,
                          :lateness, :lateness_max, :duration, :duration_max) as t
                (team_id, queue_id, at_ms, %1$s)
             order by team_id, queue_id, at_ms
            on conflict (team_id, queue_id, at, step) do update
               set accepted = s.accepted + excluded.accepted, delivered = s.delivered + excluded.delivered,
                   failed_attempts = s.failed_attempts + excluded.failed_attempts,
                   retried = s.retried + excluded.retried, died = s.died + excluded.died,
                   cancelled = s.cancelled + excluded.cancelled,
                   lateness = %2$s, lateness_max_ms = greatest(s.lateness_max_ms, excluded.lateness_max_ms),
                   duration = %3$s, duration_max_ms = greatest(s.duration_max_ms, excluded.duration_max_ms)
            """.formatted(COLUMNS, sumOf("lateness"), sumOf("duration")));

    /** One by one; the shorter one's missing ones are none. */
    private static String sumOf(String array) {
        return """
                coalesce((select array_agg(coalesce(a, 0) + coalesce(b, 0) order by i)
                            from unnest(s.%1$s, excluded.%1$s) with ordinality as u (a, b, i)), '{}')
                """.formatted(array);
    }

    /** What became of a transaction. */
    enum Outcome {
        IN_PROGRESS,
        COMMITTED,
        UNDONE,
        /** It is too long ago, or was another server's that this one has not all of. */
        UNKNOWN
    }

    /** The number of the caller's transaction; empty while it has written nothing. */
    Optional<Long> transaction(Connection connection) throws SQLException {
        long id = Rows.one(
                connection, "select coalesce(txid_current_if_assigned(), 0)", Parameters.NONE, row -> row.getLong(1));
        return id == 0 ? Optional.empty() : Optional.of(id);
    }

    /** What became of the transaction of that number. */
    Outcome outcome(Connection connection, long transaction) throws SQLException {
        // Of what is to come the database refuses to tell.
        String sql = "select case when t.id < txid_snapshot_xmax(txid_current_snapshot()) then txid_status(t.id) end"
                + " from (values (?::bigint)) t (id)";
        String status = Rows.one(
                connection, sql, values -> values.number(transaction), row -> String.valueOf(row.getString(1)));
        return switch (status) {
            case "in progress" -> Outcome.IN_PROGRESS;
            case "committed" -> Outcome.COMMITTED;
            case "aborted" -> Outcome.UNDONE;
            default -> Outcome.UNKNOWN;
        };
    }

    /** What happened from {@code at} on, for as long as the step is. */
    record Dated(Instant at, StatsRow row) {}

    /** The minute in which most of what is told of now has happened, by the database's clock. */
    Instant minute(Connection connection) throws SQLException {
        // Whatever was gathered for ten seconds is told of at once: half of it happened before.
        String sql = "select to_timestamp(floor(extract(epoch from now() - interval '5 seconds') / 60) * 60) as minute";
        return Rows.one(connection, sql, Parameters.NONE, row -> Rows.instant(row, "minute"));
    }

    /** Adds to what is there. */
    void add(Connection connection, Duration step, Collection<Dated> rows) throws SQLException {
        ADD.update(
                connection,
                values -> values.integer("step", (int) step.toSeconds())
                        .rows(rows)
                        .longs("teams", dated -> dated.row().key().teamId())
                        .longs("queues", dated -> dated.row().key().queueId())
                        .instants("at", Dated::at)
                        .longs("accepted", dated -> dated.row().tally().accepted())
                        .longs("delivered", dated -> dated.row().tally().delivered())
                        .longs("failed_attempts", dated -> dated.row().tally().failedAttempts())
                        .longs("retried", dated -> dated.row().tally().retried())
                        .longs("died", dated -> dated.row().tally().deadLettered())
                        .longs("cancelled", dated -> dated.row().tally().cancelled())
                        .texts("lateness", counts(StatsRow::lateness))
                        .longs("lateness_max", dated -> maxMs(dated.row().lateness()))
                        .texts("duration", counts(StatsRow::duration))
                        .longs("duration_max", dated -> maxMs(dated.row().duration())));
    }

    /** As the text of an array. */
    private static Function<Dated, String> counts(Function<StatsRow, Times> of) {
        return dated ->
                of.apply(dated.row()).counts().stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    private static long maxMs(Times times) {
        return times.max().orElse(0);
    }

    /** Takes some of the oldest minutes away that began before that instant. */
    List<Dated> takeMinutes(Connection connection, Instant before, int max) throws SQLException {
        String sql = """
                delete from queue_stats
                 where ctid = any (array(
                   select ctid from queue_stats
                    where step = 60 and at < to_timestamp(? / 1000::float8) order by at limit ? for update))
                returning team_id, queue_id, at, %s
                """.formatted(COLUMNS);
        return Rows.list(
                connection, sql, values -> values.number(before.toEpochMilli()).integer(max), StatsDao::dated);
    }

    /** Deletes some of the hours that began before that instant; returns how many. */
    int removeHours(Connection connection, Instant before, int max) throws SQLException {
        String sql = """
                delete from queue_stats
                 where ctid = any (array(
                   select ctid from queue_stats
                    where step = 3600 and at < to_timestamp(? / 1000::float8) order by at limit ?))
                """;
        return Rows.update(
                connection, sql, values -> values.number(before.toEpochMilli()).integer(max));
    }

    /** Deletes what is there of teams that are gone or going. Looks at each team once, not at each row. */
    void removeGoneTeams(Connection connection) throws SQLException {
        String sql = """
                with recursive known (id) as (
                  (select s.team_id from queue_stats s order by s.team_id limit 1)
                  union all
                  select (select s.team_id from queue_stats s where s.team_id > k.id order by s.team_id limit 1)
                    from known k where k.id is not null
                )
                delete from queue_stats
                 where team_id = any (array(
                   select k.id from known k
                    where k.id is not null
                      and not exists (select 1 from teams t where t.id = k.id and t.removed_at is null)))
                """;
        Rows.update(connection, sql, Parameters.NONE);
    }

    /** What one queue or team has in a range, in the order of time; the range's end is not in it. */
    void each(Connection connection, StatsRow.Key key, Instant from, Instant to, Rows.Receiver receiver)
            throws SQLException {
        String sql = """
                select team_id, queue_id, at, %s from queue_stats
                 where team_id = ? and queue_id = ?
                   and at >= to_timestamp(? / 1000::float8) and at < to_timestamp(? / 1000::float8)
                 order by at, step
                """.formatted(COLUMNS);
        Rows.each(
                connection,
                sql,
                values -> values.number(key.teamId())
                        .number(key.queueId())
                        .number(from.toEpochMilli())
                        .number(to.toEpochMilli()),
                receiver);
    }

    static Dated dated(ResultSet row) throws SQLException {
        StatsRow.Key key = new StatsRow.Key(row.getLong("team_id"), row.getLong("queue_id"));
        Tally tally = TallyDao.tally(row);
        return new Dated(
                Rows.instant(row, "at"), new StatsRow(key, tally, times(row, "lateness"), times(row, "duration")));
    }

    private static Times times(ResultSet row, String column) throws SQLException {
        Long[] counts = (Long[]) row.getArray(column).getArray();
        return Times.of(new ArrayList<>(Arrays.asList(counts)), row.getLong(column + "_max_ms"));
    }
}
