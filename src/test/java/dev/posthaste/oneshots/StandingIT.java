package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all nodes together have to do. */
class StandingIT {
    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whereNothingWaitsNothingIsOverdue() throws SQLException {
        Standing standing = read();

        assertThat(standing.overdue()).isZero();
        assertThat(standing.oldest()).isEmpty();
        assertThat(standing.nodes()).isZero();
    }

    @Test
    void whatIsDueIsOverdueByItsOldestAndWhatIsLaterIsNot() throws SQLException {
        waiting("q1", 5, 3, "- interval '90 seconds'");
        waiting("q1", 9, 2, "- interval '10 seconds'");
        waiting("q2", 5, 4, "+ interval '1 hour'");

        Standing standing = read();

        assertThat(standing.overdue()).isEqualTo(5);
        assertThat(Duration.between(standing.oldest().orElseThrow(), standing.at()))
                .isBetween(Duration.ofSeconds(90), Duration.ofSeconds(600));
    }

    @Test
    void whatAPauseHoldsBackIsNotOverdue() throws SQLException {
        waiting("q1", 5, 3, "- interval '90 seconds'");
        database.execute(
                "insert into qrtz_group_gates (sched_name, trigger_group, paused) values ('posthaste', 'q1', true)");

        assertThat(read().overdue()).isZero();
    }

    @Test
    void ofALargeBacklogOnlyAsManyAreCountedAsCostLittle() throws SQLException {
        waiting("q1", 5, 3_000, "- interval '90 seconds'");
        waiting("q2", 5, 10, "- interval '90 seconds'");

        assertThat(read().overdue()).isEqualTo(Standing.MOST_OF_ONE + 10);
    }

    @Test
    void nodesAreThoseThatHaveCheckedInOfLate() throws SQLException {
        database.execute("""
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                select 'posthaste', n, floor(extract(epoch from clock_timestamp() - d) * 1000)::bigint, i
                  from (values ('lives', interval '0', 8000), ('is gone', interval '1 hour', 8000),
                               ('has left', interval '0', 0)) as v (n, d, i)
                """);

        assertThat(read().nodes()).isOne();
    }

    private void waiting(String group, int priority, int count, String due) throws SQLException {
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                  prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
                select 'posthaste', 'j' || n || '-%2$d', '%1$s', 'delivery', 'one-shots',
                       floor(extract(epoch from clock_timestamp() %4$s) * 1000)::bigint, -1, %2$d, 'WAITING', 'ONCE', 0, 0,
                       0, 0
                  from generate_series(1, %3$d) n
                """.formatted(group, priority, count, due));
    }

    private Standing read() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return Standing.read(connection, "posthaste");
        }
    }
}
