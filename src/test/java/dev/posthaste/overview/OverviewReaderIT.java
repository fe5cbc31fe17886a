package dev.posthaste.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.NoQueue;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a snapshot tells of nodes and of what waits, of a database without a node that would take care of it. */
class OverviewReaderIT {
    private static final long TEAM = 1;
    private static final long LEASE_MS = 60_000;

    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aNodeIsAliveForItsLeaseThenSilentAndGoneOnceOthersKnow() throws SQLException {
        checkedIn("alive", 20_000);
        checkedIn("silent", 70_000);
        claimed("gone");

        List<NodeGlance> nodes = read().nodes();

        assertThat(nodes).extracting(NodeGlance::name).containsExactly("alive", "gone", "silent");
        assertThat(nodes)
                .extracting(NodeGlance::state)
                .containsExactly(NodeGlance.State.ALIVE, NodeGlance.State.GONE, NodeGlance.State.SILENT);
        assertThat(nodes.get(1).leaseUntil()).isNull();
        assertThat(leaseLeft(nodes.get(0))).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
        assertThat(leaseLeft(nodes.get(2))).isBetween(Duration.ofSeconds(-20), Duration.ofSeconds(-10));
    }

    @Test
    void whatIsOverdueWithoutAQueueCountsToo() throws SQLException {
        String group = Triggers.jobGroup(NoQueue.of(TEAM));
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                  prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
                select 'posthaste', 'x' || n, '%s', 'delivery', 'one-shots',
                       floor(extract(epoch from clock_timestamp() - n * interval '1 minute') * 1000)::bigint, -1, 5,
                       'WAITING', 'ONCE', 0, 0, 0, 0
                  from generate_series(1, 3) n
                """.formatted(group));

        Overview.Waiting waiting = read().waiting();

        assertThat(waiting.overdue()).isEqualTo(3);
        assertThat(waiting.seconds()).isBetween(179.0, 600.0);
    }

    private static Duration leaseLeft(NodeGlance node) {
        return Duration.between(Instant.now(), Objects.requireNonNull(node.leaseUntil()));
    }

    private void checkedIn(String name, long agoMs) throws SQLException {
        database.execute("""
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                values ('posthaste', '%s', floor(extract(epoch from clock_timestamp()) * 1000)::bigint - %d, %d)
                """.formatted(name, agoMs, LEASE_MS));
    }

    /** It holds something, and has no check-in any more. */
    private void claimed(String name) throws SQLException {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, ended, remaining, weights)
                values ('posthaste', 'claim', '%s', 'q1', 'delivery', 0, false, array['j1'], array[0::bigint], array[5],
                        B'0', 1, array[0])
                """.formatted(name));
    }

    private Overview read() throws SQLException {
        return new OverviewReader(Jdbi.create(database.dataSource()), new OneShots("posthaste")).read(TEAM, true);
    }
}
