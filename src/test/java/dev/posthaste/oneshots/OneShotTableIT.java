package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneShotTableIT {
    private static final String PUT_BACK = """
            lock table qrtz_fired_one_shots in access exclusive mode;
            delete from qrtz_fired_one_shots;
            insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
              prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)
            values ('posthaste', 'j1', 'q1', 'work', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1)
            """;
    private static final String CLAIMED = """
            lock table qrtz_triggers in access exclusive mode;
            delete from qrtz_triggers;
            insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time, counted,
              trigger_names, due_times, priorities, weights, ended, remaining)
            values ('posthaste', 'c', 'node', 'q1', 'work', 1, false, array['j1'], array[1], array[5], array[0], B'0', 1)
            """;

    private final TestDatabase database = TestDatabase.fresh();
    private final OneShotTable table = new OneShotTable("posthaste");

    @AfterEach
    void close() {
        database.close();
    }

    /** Whoever deletes a queue would lose it: what moves while it is looked for is in the one place or in the other. */
    @ParameterizedTest
    @ValueSource(strings = {PUT_BACK, CLAIMED})
    void whatIsBeingClaimedOrPutBackIsFoundAllTheSame(String move) throws Exception {
        database.execute((move.equals(PUT_BACK) ? CLAIMED : PUT_BACK).replaceAll("^lock[^;]*;", ""));

        boolean isAny = database.meet(connection -> execute(connection, move), connection -> {
            return table.hasAny(connection, "q1");
        });

        assertThat(isAny).isTrue();
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
