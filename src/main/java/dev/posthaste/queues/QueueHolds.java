package dev.posthaste.queues;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows of {@code queues} as a restore holds them. What it has paused is marked until somebody resumes it. The connection,
 * and so the transaction, is the caller's; their gates are his too. Thread-safe: holds no state.
 */
public final class QueueHolds {
    /** A queue. */
    public record Named(long id, long teamId, String name) {}

    /** Every queue. */
    public List<Named> all(Connection connection) throws SQLException {
        return Rows.list(
                connection, "select id, team_id, name from queues order by id", Parameters.NONE, QueueHolds::read);
    }

    /** Pauses every queue that is active; returns these. */
    public List<Named> pauseAll(Connection connection) throws SQLException {
        String sql = """
                update queues set is_active = false, held = true where is_active returning id, team_id, name
                """;
        return Rows.list(connection, sql, Parameters.NONE, QueueHolds::read);
    }

    /** Those that were paused so and have not been resumed. */
    public List<Named> held(Connection connection) throws SQLException {
        String sql = "select id, team_id, name from queues where held order by id";
        return Rows.list(connection, sql, Parameters.NONE, QueueHolds::read);
    }

    private static Named read(ResultSet row) throws SQLException {
        return new Named(row.getLong("id"), row.getLong("team_id"), row.getString("name"));
    }
}
