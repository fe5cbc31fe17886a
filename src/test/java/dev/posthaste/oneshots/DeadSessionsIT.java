package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.quartz.TestNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadSessionsIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.fresh();
    private final InstanceName dead = InstanceName.unused();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void thoseOfTheDeadNodeAreEndedAndNobodyElses() throws SQLException {
        try (TestDatabase otherDatabase = TestDatabase.fresh();
                Connection elsewhere = session(otherDatabase.target(), dead);
                Connection living = session(database.target(), InstanceName.unused());
                Connection own = session(database.target(), dead);
                Connection ofDead = session(database.target(), dead)) {
            ofDead.setAutoCommit(false);
            try (Statement statement = ofDead.createStatement()) {
                statement.execute("lock table qrtz_fired_one_shots");
            }

            new DeadSessions().end(own, List.of(dead.text()));

            await().atMost(SOON).until(() -> !ofDead.isValid(1));
            assertThat(List.of(elsewhere, living, own)).allMatch(DeadSessionsIT::isOpen);
        }
    }

    @Test
    void whoMayNotEndThemTakesTheWorkOverAllTheSame() throws Exception {
        String user = "u" + UUID.randomUUID().toString().replace("-", "");
        database.execute("create role " + user + " login password 'p'");
        database.execute("grant all on all tables in schema public to " + user);
        database.execute("revoke execute on function pg_terminate_backend from public");
        DatabaseTarget target = new DatabaseTarget(database.target().jdbcUrl(), user, "p", false);
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c', '%1$s', 'q1', 'work', 1, false, array['left'], array[1], array[5], array[0], B'0', 1);
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                values ('posthaste', '%1$s', 1, 1000)
                """.formatted(dead.text()));
        try (Connection ofDead = session(target, dead);
                TestNode node = TestNode.start(target, settings -> settings, firing -> {})) {
            await().atMost(SOON).until(() -> node.port().names().contains("left"));

            assertThat(isOpen(ofDead)).isTrue();
        }
    }

    private static boolean isOpen(Connection session) {
        try {
            return session.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private static Connection session(DatabaseTarget target, InstanceName name) throws SQLException {
        Connection session = DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
        try (Statement statement = session.createStatement()) {
            statement.execute("set application_name = '" + name.sessions() + "'");
        }
        return session;
    }
}
