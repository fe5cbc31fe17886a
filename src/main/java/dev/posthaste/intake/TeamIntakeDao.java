package dev.posthaste.intake;

import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
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
                        """, values -> values.integer(full).numbers(inOrder)),
                BoundStatement.query(
                        "select team_id from team_intake where team_id = any (?) order by team_id for update",
                        Rows.ids(inOrder),
                        rows -> {}));
    }

    /** Reads what is held, in a statement behind the one that waited for it: its clock is read after the wait. */
    BoundStatement standings(Collection<Long> teamIds, Consumer<Map<Long, Standing>> receiver) {
        return BoundStatement.map(
                "select team_id, allowance, counted_at, clock_timestamp() as now, pending, counts, summed_at"
                        + " from team_intake where team_id = any (?)",
                Rows.ids(teamIds),
                row -> row.getLong(1),
                row -> new Standing(
                        row.getDouble(2), Rows.instant(row, "counted_at"), pending(row), Rows.instant(row, "now")),
                receiver);
    }

    private static @Nullable PendingCount pending(ResultSet row) throws SQLException {
        Instant summedAt = Rows.instantOrNull(row, "summed_at");
        return summedAt == null ? null : new PendingCount(row.getLong("pending"), row.getInt("counts"), summedAt);
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
        NamedSql sql = NamedSql.of("""
                insert into team_intake as t (team_id, allowance, counted_at, pending, counts, summed_at)
                select team_id, allowance::float8, timestamptz 'epoch' + us * interval '1 microsecond',
                       pending::bigint, counts::integer, timestamptz 'epoch' + sum_us::bigint * interval '1 microsecond'
                  from unnest(:teams, :allowances, :us, :pending, :counts, :sum_us) as n
                       (team_id, allowance, us, pending, counts, sum_us)
                on conflict (team_id) do update
                   set allowance = excluded.allowance, counted_at = excluded.counted_at,
                       pending = excluded.pending, counts = excluded.counts, summed_at = excluded.summed_at
                """);
        return BoundStatement.effect(
                sql,
                values -> values.rows(inOrder)
                        .longs("teams", Left::teamId)
                        .texts("allowances", left -> String.valueOf(left.allowance()))
                        .longs("us", left -> micros(left.at()))
                        .texts("pending", left -> text(left, PendingCount::jobs))
                        .texts("counts", left -> text(left, PendingCount::counts))
                        .texts("sum_us", left -> text(left, pending -> micros(pending.summedAt()))));
    }

    private static @Nullable String text(Left left, Function<PendingCount, Object> column) {
        return left.pending() == null ? null : String.valueOf(column.apply(left.pending()));
    }

    private static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
