package dev.posthaste.recurring;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code crons} as a restore holds them. What it has paused is marked until somebody resumes it, and then fires
 * at its first time from there on. The connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
public final class CronHolds {
    /**
     * A cron.
     *
     * @param nextFireAt when it was to fire, null when that is known no more
     */
    public record Named(
            long id, long teamId, String name, @Nullable Instant nextFireAt) {}

    /** Pauses every cron that is active, so that none makes up for what it has missed; returns these as they were. */
    public List<Named> pauseAll(Connection connection) throws SQLException {
        String sql = """
                with before as materialized (
                  select id, next_fire_at from crons where is_active and removed_at is null order by id for update
                )
                update crons c set is_active = false, held = true, next_fire_at = null
                  from before b
                 where c.id = b.id
                returning c.id, c.team_id, c.name, b.next_fire_at
                """;
        return Rows.list(connection, sql, Parameters.NONE, CronHolds::read);
    }

    /** Those that were paused so and have not been resumed. */
    public List<Named> held(Connection connection) throws SQLException {
        String sql = "select id, team_id, name, next_fire_at from crons where held and removed_at is null order by id";
        return Rows.list(connection, sql, Parameters.NONE, CronHolds::read);
    }

    private static Named read(ResultSet row) throws SQLException {
        return new Named(
                row.getLong("id"),
                row.getLong("team_id"),
                row.getString("name"),
                Rows.instantOrNull(row, "next_fire_at"));
    }
}
