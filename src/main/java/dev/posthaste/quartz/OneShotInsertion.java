package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The statement that adds triggers, for callers who send it to the database together with others of theirs. After the
 * commit call {@link OneShots#committed}. Thread-safe.
 */
public final class OneShotInsertion {
    private static final String SQL = """
            insert into qrtz_triggers
              (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time, prev_fire_time,
               priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
            select ?, name, grp, kind, 'one-shots', due, -1, priority, 'WAITING', 'ONCE', due, 0, -1, weight
              from unnest(?, ?, ?, ?, ?, ?) as t (name, grp, kind, due, priority, weight)
            """;

    private final String schedulerName;
    private final List<OneShot> oneShots;

    OneShotInsertion(String schedulerName, List<OneShot> oneShots) {
        this.schedulerName = schedulerName;
        this.oneShots = List.copyOf(oneShots);
    }

    /** Without a semicolon. */
    public String sql() {
        return SQL;
    }

    /** Binds the parameters from {@code first} on, and returns the one behind the last. */
    public int bind(PreparedStatement statement, int first) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setString(first, schedulerName);
        statement.setArray(
                first + 1,
                SqlArrays.texts(connection, oneShots, shot -> shot.key().name()));
        statement.setArray(
                first + 2,
                SqlArrays.texts(connection, oneShots, shot -> shot.key().group()));
        statement.setArray(first + 3, SqlArrays.texts(connection, oneShots, OneShot::kind));
        statement.setArray(
                first + 4,
                SqlArrays.longs(connection, oneShots, shot -> shot.due().toEpochMilli()));
        statement.setArray(first + 5, SqlArrays.longs(connection, oneShots, shot -> (long) shot.priority()));
        statement.setArray(first + 6, SqlArrays.ints(connection, oneShots, OneShot::weight));
        return first + 7;
    }

    void execute(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
            bind(statement, 1);
            statement.executeUpdate();
        }
    }
}
