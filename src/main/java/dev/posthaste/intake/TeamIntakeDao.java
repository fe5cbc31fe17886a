package dev.posthaste.intake;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The {@code team_intake} table: how much each team may still push. Always written in the order of the teams, so that nodes
 * wait for each other and never in a circle. Thread-safe: holds no state.
 */
public final class TeamIntakeDao {
    /** What a row says, and when by the database's clock. */
    record Standing(
            double allowance, Instant countedAt, @Nullable PendingCount pending, Instant now) {
        Duration since() {
            return Duration.between(countedAt, now);
        }
    }

    /** Makes the rows that are missing, with a full bucket, and keeps others from all of them until the transaction ends. */
    List<BoundStatement> hold(Collection<Long> teamIds, int full) {
        Collection<Long> inOrder = new TreeSet<>(teamIds);
        return List.of(
                BoundStatement.effect("""
                        insert into team_intake (team_id, allowance, counted_at)
                        select team_id, ?, clock_timestamp() from unnest(?) as t (team_id) order by team_id
                        on conflict (team_id) do nothing
                        """, (statement, first) -> {
                    statement.setInt(first, full);
                    return new ArrayBinder<>(statement, first + 1, inOrder)
                            .longs(Long::longValue)
                            .next();
                }),
                BoundStatement.query(
                        "select team_id from team_intake where team_id = any (?) order by team_id for update",
                        (statement, first) -> new ArrayBinder<>(statement, first, inOrder)
                                .longs(Long::longValue)
                                .next(),
                        rows -> {}));
    }

    /** Reads what is held, in a statement behind the one that waited for it: its clock is read after the wait. */
    BoundStatement standings(Collection<Long> teamIds, Consumer<Map<Long, Standing>> receiver) {
        return BoundStatement.query(
                "select team_id, allowance, counted_at, clock_timestamp(), pending, counts, summed_at"
                        + " from team_intake where team_id = any (?)",
                (statement, first) -> new ArrayBinder<>(statement, first, teamIds)
                        .longs(Long::longValue)
                        .next(),
                rows -> {
                    Map<Long, Standing> standings = new HashMap<>();
                    while (rows.next()) {
                        standings.put(
                                rows.getLong(1),
                                new Standing(rows.getDouble(2), instant(rows, 3), pending(rows), instant(rows, 4)));
                    }
                    receiver.accept(standings);
                });
    }

    private static @Nullable PendingCount pending(ResultSet rows) throws SQLException {
        long jobs = rows.getLong(5);
        return rows.wasNull() ? null : new PendingCount(jobs, rows.getInt(6), instant(rows, 7));
    }

    /**
     * How much a team had left at an instant of the database's clock.
     *
     * @param pending null where that is not limited
     */
    record Left(
            long teamId,
            double allowance,
            Instant at,
            @Nullable PendingCount pending) {}

    /** Writes what is left of rows that are held, in the order of the teams. */
    BoundStatement update(List<Left> inOrder) {
        String sql = """
                insert into team_intake as t (team_id, allowance, counted_at, pending, counts, summed_at)
                select team_id, allowance::float8, timestamptz 'epoch' + us * interval '1 microsecond',
                       pending::bigint, counts::integer, timestamptz 'epoch' + sum_us::bigint * interval '1 microsecond'
                  from unnest(?, ?, ?, ?, ?, ?) as n (team_id, allowance, us, pending, counts, sum_us)
                on conflict (team_id) do update
                   set allowance = excluded.allowance, counted_at = excluded.counted_at,
                       pending = excluded.pending, counts = excluded.counts, summed_at = excluded.summed_at
                """;
        return BoundStatement.effect(
                sql,
                (statement, first) -> new ArrayBinder<>(statement, first, inOrder)
                        .longs(Left::teamId)
                        .texts(left -> String.valueOf(left.allowance()))
                        .longs(left -> micros(left.at()))
                        .texts(left -> text(left, PendingCount::jobs))
                        .texts(left -> text(left, PendingCount::counts))
                        .texts(left -> text(left, pending -> micros(pending.summedAt())))
                        .next());
    }

    private static @Nullable String text(Left left, Function<PendingCount, Object> column) {
        return left.pending() == null ? null : String.valueOf(column.apply(left.pending()));
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }
}
