package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every claim has one owner, and the owner knows of it. */
class OwnershipIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    /** As when the commit of a claim succeeds and its answer is lost. */
    @Test
    void whatTheDatabaseSaysANodeHoldsAndItDoesNotIsGivenBack() throws Exception {
        TestNode node = cluster.node();
        node.store(Shots.due("q1", 1));
        await().until(() -> node.port().count() == 1);
        cluster.database().execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', '%1$s:0.1', '%1$s', 'q1', 'work', 1, false, array['lost', 'struck off'], array[1, 1],
                        array[5, 5], array[0, 0], B'01', 1)
                """.formatted(node.scheduler().instance()));

        await().atMost(SOON).until(() -> node.port().names().contains("lost"));

        await().atMost(SOON).until(() -> cluster.rows() == 0);
        assertThat(node.port().names()).doesNotContain("struck off").doesNotHaveDuplicates();
    }

    @Test
    void whatANodeHoldsIsNotGivenBackHoweverLongItTakes() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        TestNode node = cluster.node(firing -> mayEnd.acquire());
        node.store(Shots.due("q1", 8));
        await().until(() -> node.port().count() == 8);

        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        mayEnd.release(8);

        await().atMost(SOON).until(() -> cluster.rows() == 0);
        assertThat(node.port().names()).hasSize(8).doesNotHaveDuplicates();
        assertThat(node.port().fenced()).isEmpty();
    }

    /** As when threads that have taken firings fall to an error before they begin them: all slots are gone. */
    @Test
    void whatIsLostOnTheWayToItsThreadIsGivenBackAndItsSlotWithIt() throws Exception {
        AtomicInteger toLose = new AtomicInteger(20);
        List<Runnable> lost = new CopyOnWriteArrayList<>();
        try (TestNode node = TestNode.start(
                cluster.database().target(), settings -> settings, firing -> {}, threads -> (group, firing) -> {
                    if (toLose.getAndDecrement() > 0) {
                        lost.add(firing);
                    } else {
                        threads.run(group, firing);
                    }
                })) {
            node.store(Shots.due("q1", 12));
            node.store(Shots.due("q2", 4));
            node.store(IntStream.range(0, 4)
                    .mapToObj(i -> Shots.ofKind(TestNode.OTHER_KIND, "c" + i, "callback" + i))
                    .toList());
            await().atMost(SOON).until(() -> lost.size() == 20);

            await().atMost(SOON).until(() -> cluster.rows() == 0);
            lost.forEach(Runnable::run);
            assertThat(node.port().names()).hasSize(20).doesNotHaveDuplicates();
            assertThat(node.port().fenced()).isEmpty();
            assertThat(node.scheduler().lost()).isEqualTo(20);
        }
    }

    /** A machine that is slow to give threads has lost nothing. */
    @Test
    void whatWaitsForAThreadIsNotLost() throws Exception {
        List<Runnable> waiting = new CopyOnWriteArrayList<>();
        FiringThreads slow = new FiringThreads() {
            @Override
            public void run(String group, Runnable firing) {
                waiting.add(firing);
            }

            @Override
            public boolean anyWaits() {
                return !waiting.isEmpty();
            }
        };
        try (TestNode node =
                TestNode.start(cluster.database().target(), settings -> settings, firing -> {}, threads -> slow)) {
            node.store(List.of(Shots.due("q1", "j1")));
            await().atMost(SOON).until(() -> !waiting.isEmpty());

            await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
            assertThat(node.scheduler().lost()).isZero();
            waiting.remove(0).run();
            await().atMost(SOON).until(() -> cluster.rows() == 0);
            assertThat(node.port().names()).containsExactly("j1");
        }
    }

    /** Others may send it now: that this node was silent is no fault of its receiver's. */
    @Test
    void whatIsNotBegunBecauseTheLeaseRanOutWaitsNoLongerThanItHad() throws Exception {
        List<Runnable> waiting = new CopyOnWriteArrayList<>();
        cluster.database().execute("""
                create table put_back (due bigint);
                create function note() returns trigger language plpgsql as
                  $$ begin insert into put_back values (new.next_fire_time); return new; end $$;
                create trigger note after insert on qrtz_triggers for each row execute function note()
                """);
        try (TestNode node = TestNode.start(
                cluster.database().target(), settings -> settings, firing -> {}, threads -> (group, firing) -> {
                    if (waiting.isEmpty()) {
                        waiting.add(firing);
                    } else {
                        threads.run(group, firing);
                    }
                })) {
            node.store(List.of(Shots.due("q1", "j1")));
            await().atMost(SOON).until(() -> !waiting.isEmpty());
            cluster.database().execute("delete from qrtz_scheduler_state");
            await().atMost(SOON).until(() -> cluster.number("select count(*) from qrtz_scheduler_state") == 1);
            await().atMost(SOON).until(() -> node.scheduler().isMember());

            waiting.get(0).run();

            await().atMost(SOON).until(() -> cluster.rows() == 0);
            assertThat(node.port().names()).containsExactly("j1");
            assertThat(cluster.number("select count(distinct due) from put_back"))
                    .isOne();
            assertThat(cluster.number("select count(*) from put_back")).isEqualTo(2);
        }
    }

    /** As the sessions of a host that died: nobody ends them before the database notices. */
    @Test
    void theLocksOfADeadNodesSessionsHoldNobodyUp() throws Exception {
        Semaphore never = new Semaphore(0);
        TestNode dead = cluster.node(firing -> never.acquire());
        dead.store(Shots.due("q1", 8));
        await().until(() -> dead.port().count() == 8);
        TestNode living = cluster.node();
        try (Connection session = cluster.database().dataSource().getConnection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("select * from qrtz_fired_one_shots for update");
            cluster.database()
                    .execute("update qrtz_scheduler_state set checkin_interval = 0 where instance_name = '"
                            + dead.scheduler().instance() + "'");

            List<OneShot> others = IntStream.range(0, 50)
                    .mapToObj(i -> Shots.due("q2", "other" + i))
                    .toList();
            living.store(others);
            await().atMost(SOON).until(() -> cluster.names().size() >= 58);
            assertThat(living.scheduler().isMember()).isTrue();
            session.rollback();
        }
    }

    /** Quartz's lock over the cluster, which the dead may have held, is needed for the latter only. */
    @Test
    void aRecurringTriggerThatTheDeadHadAcquiredWaitsAgainAndOneShotsDoNotWaitForThat() throws Exception {
        String waits = "select count(*) from qrtz_triggers where trigger_name = 'cron' and trigger_state = 'WAITING'";
        try (Connection session = cluster.database().dataSource().getConnection();
                Statement statement = session.createStatement()) {
            TestNode node = cluster.node();
            session.setAutoCommit(false);
            statement.execute("select 1 from qrtz_locks for update");
            cluster.database().execute("""
                    insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                      prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)
                    values ('posthaste', 'cron', 'g', 'j', 'jobs', 9000000000000, -1, 5, 'ACQUIRED', 'CRON', 1, 0, 0);
                    insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                      sched_time, priority, state)
                    values ('posthaste', 'e', 'cron', 'g', 'dead', 1, 1, 5, 'ACQUIRED');
                    insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                      counted, trigger_names, due_times, priorities, weights, ended, remaining)
                    values ('posthaste', 'c', 'dead', 'q1', 'work', 1, false, array['left'], array[1], array[5], array[0], B'0', 1)
                    """);

            await().atMost(SOON).until(() -> node.port().names().contains("left"));
            session.rollback();
        }

        await().atMost(SOON).until(() -> cluster.number(waits) == 1);
        assertThat(cluster.number("select count(*) from qrtz_fired_triggers")).isZero();
    }

    /** As a host that died in the middle of a claim: what it had locked is free once the database has ended its session. */
    @Test
    void whatADeadHostWasClaimingIsClaimedByOthersSoon() throws Exception {
        ConnectionPools pools = new ConnectionPools(
                cluster.database().target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
        TestNode node = cluster.node();
        OneShot shot = Shots.in(Duration.ofMillis(500), "q1", "claimed");
        node.store(List.of(shot));
        try (Connection session = pools.scheduler().getConnection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            assertThat(statement.executeUpdate("delete from qrtz_triggers")).isOne();

            await().atMost(SOON).until(() -> node.port().count() == 1);
            assertThat(node.scheduler().isMember()).isTrue();
        } catch (SQLException e) {
            // The database has ended the session.
        } finally {
            pools.close();
        }
        await().atMost(SOON).until(() -> cluster.rows() == 0);
        assertThat(node.port().count()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unreadable", "refused"})
    void whatCannotBePreparedWaitsByItselfAndKeepsBackNoOther(String damaged) throws Exception {
        TestNode node = cluster.node();
        List<OneShot> shots = new ArrayList<>(Shots.due("q1", 20));
        shots.add(7, Shots.due("q1", damaged));
        shots.add(15, Shots.due("q1", damaged + " too"));
        long before = System.currentTimeMillis();

        node.store(shots);

        await().atMost(SOON).until(() -> node.port().count() == 20);
        await().atMost(SOON)
                .until(() -> cluster.number("select count(*) from qrtz_triggers where trigger_name like '" + damaged
                                + "%' and" + " next_fire_time > " + (before + 4_000))
                        == 2);
        assertThat(node.port().names()).doesNotHaveDuplicates().noneMatch(name -> name.startsWith(damaged));
    }

    @Test
    void aNodeWhoseConnectionsAreAllTakenGoesOnCheckingIn() throws Exception {
        TestNode node = cluster.node();
        String lastCheckIn = "select last_checkin_time from qrtz_scheduler_state";
        List<Connection> taken = node.takeConnections();
        try {
            long before = cluster.number(lastCheckIn);

            await().atMost(SOON).until(() -> cluster.number(lastCheckIn) > before + 2_000);
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    /** Long before the next check-in, which would give back what was committed. */
    @Test
    void whatAnErrorInterruptsIsNotCommitted() throws Exception {
        TestNode node = cluster.node(TestNode::withoutCheckIns, firing -> {});
        node.port().failNextPreparation(new StackOverflowError("a test's"));

        node.store(Shots.due("q1", 20));

        await().atMost(SOON).until(() -> cluster.rows() == 0);
        assertThat(node.port().names()).hasSize(20).doesNotHaveDuplicates();
    }
}
