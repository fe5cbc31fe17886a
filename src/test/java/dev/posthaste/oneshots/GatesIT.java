package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.quartz.RecordingPort;
import dev.posthaste.quartz.RecordingPort.Fired;
import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesIT {
    private static final Semaphore NEVER = new Semaphore(0);

    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    @Test
    void aPausedGroupFiresNothingUntilItIsResumedOnEveryNode() throws Exception {
        TestNode one = cluster.node();
        TestNode two = cluster.node();
        setGate(one, "q1", new Gate(true, null, null));

        one.store(Shots.due("q1", 500));
        one.store(Shots.due("q2", 50));
        await().until(() -> cluster.names().size() == 50);
        assertThat(one.port().firedOf("q1")).isEmpty();
        assertThat(two.port().firedOf("q1")).isEmpty();

        setGate(two, "q1", Gate.OPEN);
        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
        assertThat(cluster.names()).hasSize(550).doesNotHaveDuplicates();
    }

    @Test
    void noMoreThanItsLimitOfAGroupAreInFlightOnAllNodesTogether() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        RecordingPort.Behaviour counting = firing -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            NEVER.tryAcquire(3, TimeUnit.MILLISECONDS);
            running.decrementAndGet();
        };
        TestNode one = cluster.node(counting);
        TestNode two = cluster.node(counting);
        setGate(one, "q1", new Gate(false, 3, null));

        two.store(Shots.due("q1", 400));

        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
        assertThat(cluster.names()).hasSize(400).doesNotHaveDuplicates();
        assertThat(most.get()).isEqualTo(3);
        assertThat(cluster.number("select in_flight from qrtz_group_gates")).isZero();
    }

    @Test
    void aGroupFiresNoFasterThanItsRateOnAllNodesTogether() throws Exception {
        TestNode one = cluster.node();
        TestNode two = cluster.node();
        setGate(one, "q1", new Gate(false, null, 50));

        one.store(Shots.due("q1", 150));

        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
        List<Instant> at = new ArrayList<>();
        List.of(one, two).forEach(node -> node.port().fired().forEach(fired -> at.add(fired.at())));
        at.sort(null);
        Duration took = Duration.between(at.get(0), at.get(at.size() - 1));
        assertThat(took).isGreaterThan(Duration.ofMillis(2_700));
        for (int i = 60; i < at.size(); i++) {
            assertThat(Duration.between(at.get(i - 60), at.get(i))).isGreaterThan(Duration.ofMillis(900));
        }
    }

    @Test
    void theTimeThatAClaimTakesIsNotTakenFromTheRate() throws Exception {
        GateTable gates = new GateTable("posthaste");
        List<LockedGate> afterwards;
        try (Connection connection = cluster.database().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            gates.set(connection, "q1", new Gate(false, null, 50));
            statement.execute(
                    "update qrtz_group_gates set tokens = 0, refilled_at = clock_timestamp() - interval '1 s'");
            connection.setAutoCommit(false);
            List<LockedGate> locked = gates.lock(connection, List.of("q1"));
            statement.execute("select pg_sleep(0.06)");
            gates.letThrough(connection, locked, Map.of("q1", 5));
            connection.commit();

            afterwards = gates.lock(connection, List.of("q1"));
            connection.rollback();
        }

        assertThat(afterwards.get(0).tokens()).isGreaterThanOrEqualTo(3);
    }

    /** As tokens of a gate without a rate tell: nothing refills them. */
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 0"})
    void whatWasNotSentIsTakenOutOfTheRateAndWhatFailedIsNot(boolean unsent, int givenBack) throws Exception {
        cluster.database().execute("""
                create table given_back (tokens int);
                create function note() returns trigger language plpgsql as
                  $$ begin insert into given_back values (new.tokens - old.tokens); return new; end $$;
                create trigger note after update on qrtz_group_gates for each row when (new.tokens > old.tokens)
                  execute function note()
                """);
        AtomicBoolean failed = new AtomicBoolean();
        TestNode node = cluster.node(firing -> {
            if (failed.compareAndSet(false, true)) {
                IOException cause = new IOException("a test's");
                throw unsent ? new PutBackException(cause) : new UncheckedIOException(cause);
            }
        });
        setGate(node, "q1", new Gate(false, 5, null));

        node.store(List.of(Shots.due("q1", "j1")));

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 2 && cluster.rows() == 0);
        assertThat(cluster.number("select count(*) from given_back")).isEqualTo(givenBack);
    }

    @Test
    void aLimitThatIsLiftedAndAGateThatCountsAreUsedUp() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestNode node = cluster.node(firing -> release.await());
        setGate(node, "q1", new Gate(false, 2, null));
        node.store(Shots.due("q1", 10));
        await().until(() -> node.port().count() == 2);

        setGate(node, "q1", new Gate(false, 5, null));

        await().until(() -> node.port().count() == 5);
        release.countDown();
        await().until(() -> cluster.rows() == 0);
    }

    @Test
    void aGateThatIsPutUpWhileItsGroupFiresCountsWhatIsInFlight() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestNode node = cluster.node(firing -> release.await());
        node.store(Shots.due("q1", 4));
        await().until(() -> node.port().count() == 4);

        setGate(node, "q1", new Gate(false, 4, null));
        node.store(List.of(Shots.due("q1", "late")));
        node.store(List.of(Shots.due("q2", "other")));

        await().until(() -> node.port().count() == 5);
        assertThat(node.port().firedOf("q2")).hasSize(1);
        release.countDown();
        await().until(() -> cluster.rows() == 0);
    }

    @Test
    void aLargeBacklogDelaysAnotherGroupByNoMoreThanABatch() throws Exception {
        TestNode node = cluster.node(firing -> NEVER.tryAcquire(1, TimeUnit.MILLISECONDS));
        node.store(Shots.due("q1", 20_000));
        await().until(() -> node.port().count() > 100);

        node.store(List.of(Shots.due("q2", "small")));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.port().firedOf("q2").size() == 1);
        assertThat(node.port().count()).isLessThan(20_000);
        setGate(node, "q1", new Gate(true, null, null));
    }

    @Test
    void aGroupThatHangsTakesThreeQuartersOfTheSlotsAtMost() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestNode node = cluster.node(firing -> {
            if (firing.key().group().equals("hanging")) {
                release.await();
            }
        });
        node.store(Shots.due("hanging", 100));
        await().until(() -> node.port().running("hanging") == 12);

        node.store(Shots.due("q2", 50));
        node.store(List.of(Shots.ofKind(TestNode.OTHER_KIND, "c1", "callback")));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.port().firedOf("q2").size() == 50);
        await().until(() -> node.port().firedOf("c1").size() == 1);
        assertThat(node.port().maxRunning("hanging")).isEqualTo(12);
        release.countDown();
        await().until(() -> cluster.rows() == 0);
    }

    @Test
    void withinAGroupTheHigherPriorityGoesFirst() throws Exception {
        TestNode node = cluster.node();
        setGate(node, "q1", new Gate(true, 1, null));
        for (int priority = 1; priority <= 10; priority++) {
            node.store(List.of(Shots.prioritized(priority, "q1", "p" + priority)));
        }

        setGate(node, "q1", new Gate(false, 1, null));

        await().until(() -> cluster.rows() == 0);
        assertThat(node.port().names()).containsExactly("p10", "p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1");
    }

    @Test
    void whatADeadNodeHeldIsCountedOut() throws Exception {
        TestNode node = cluster.node();
        setGate(node, "q1", new Gate(false, 1, null));
        cluster.database().execute("update qrtz_group_gates set in_flight = 1");
        node.store(List.of(Shots.due("q1", "j1")));

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1);
        await().until(() -> cluster.number("select in_flight from qrtz_group_gates") == 0);
    }

    @Test
    void manyPausedGroupsWithBacklogsDoNotHoldUpOthers() throws Exception {
        TestNode node = cluster.node();
        cluster.database().execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused)
                select 'posthaste', 'paused' || n, true from generate_series(1, 3000) n;
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                select 'posthaste', 'j' || n || '-' || i, 'paused' || n, 'work', 'one-shots', 1, -1, 5, 'WAITING',
                       'ONCE', 1, 0, -1
                  from generate_series(1, 3000) n, generate_series(1, 20) i""");

        node.store(Shots.due("q1", 1_000));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> node.port().firedOf("q1").size() == 1_000);
        assertThat(node.port().fired())
                .extracting(Fired::key)
                .allMatch(key -> key.group().equals("q1"));
    }

    private static void setGate(TestNode node, String group, Gate gate) throws SQLException {
        node.inTransaction(connection -> {
            node.oneShots().setGate(connection, group, gate);
            return true;
        });
        node.oneShots().gateCommitted(group);
    }
}
