package dev.posthaste.recurring;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The next fires in the rows of {@code crons}, for who looks whether they can be. The connection, and so the transaction, is
 * the caller's. Thread-safe: holds no state.
 */
final class NextFireDao {
    /** No fire is at that time. */
    private static final long NEVER = 0;

    private static final String OF_WAITING =
            "id, is_active and removed_at is null as is_to_fire, cron_expression, timezone, next_fire_at";

    /** When crons fire, by their ids. */
    List<WaitingFire> waiting(Connection connection, long after, int max) throws SQLException {
        String sql = "select " + OF_WAITING + " from crons where id > ? order by id limit ?";
        return Rows.list(connection, sql, values -> values.number(after).integer(max), NextFireDao::readWaiting);
    }

    /** The same of one, which is kept from being fired and changed until the transaction ends; empty when it is gone. */
    Optional<WaitingFire> holdWaiting(Connection connection, long cronId) throws SQLException {
        String sql = "select " + OF_WAITING + " from crons where id = ? for update";
        return Rows.first(connection, sql, values -> values.number(cronId), NextFireDao::readWaiting);
    }

    private static WaitingFire readWaiting(ResultSet row) throws SQLException {
        return new WaitingFire(
                row.getLong("id"),
                row.getBoolean("is_to_fire"),
                new Timing(row.getString("cron_expression"), row.getString("timezone")),
                Rows.instantOrNull(row, "next_fire_at"));
    }

    /** @param at null for never */
    void setNextFire(Connection connection, long cronId, @Nullable Instant at) throws SQLException {
        String sql = "update crons set next_fire_at = to_timestamp(nullif(?, 0) / 1000::float8) where id = ?";
        Rows.update(
                connection,
                sql,
                values -> values.number(at == null ? NEVER : at.toEpochMilli()).number(cronId));
    }

    /** At which the last fire was of each of these crons that an execution was made for; those without one are missing. */
    Map<Long, Instant> lastMade(Connection connection, Collection<Long> cronIds) throws SQLException {
        String sql = """
                select c.id, j.due_at from unnest(?) as c (id)
                 cross join lateral (
                   select due_at from jobs
                    where cron_id = c.id and attempt_number = 1 and cron_trigger = 'schedule'
                    order by id desc limit 1) j
                """;
        return Rows.map(connection, sql, Rows.ids(cronIds), row -> row.getLong(1), row -> Rows.instant(row, "due_at"));
    }
}
