package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class OneShotFiringIT {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    @Test
    void aOneShotFiresOnceAndItsRowsGo() throws Exception {
        TestNode node = cluster.node();

        node.store(List.of(Shots.due("q1", "j1")));

        await().until(() -> cluster.rows() == 0 && node.port().count() > 0);
        assertThat(node.port().names()).containsExactly("j1");
        assertThat(node.scheduler().inFlight()).isZero();
    }

    @Test
    void nothingFiresBeforeItIsDue() throws Exception {
        TestNode node = cluster.node();
        List<OneShot> shots = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            shots.add(Shots.in(Duration.ofMillis(300 + 17L * i), "q1", "j" + i));
        }

        node.store(shots);

        await().until(() -> node.port().count() == 40);
        assertThat(node.port().fired())
                .allSatisfy(fired -> assertThat(fired.lateness()).isGreaterThanOrEqualTo(Duration.ZERO));
    }

    @Test
    void whatAnotherNodeStoresIsFoundWithoutASignal() throws Exception {
        TestNode node = cluster.node();
        TestNode other = cluster.node();
        other.scheduler().stop(Duration.ofSeconds(1));

        node.inTransaction(connection -> {
            node.oneShots().store(connection, List.of(Shots.due("q1", "j1")));
            return true;
        });

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1);
    }

    @Test
    void somethingEarlierGoesFirstAlthoughTheNodeWaitsForSomethingLater() throws Exception {
        TestNode node = cluster.node();
        node.store(List.of(Shots.in(Duration.ofMinutes(5), "q1", "later")));

        node.store(List.of(Shots.in(Duration.ofMillis(100), "q1", "sooner")));

        await().until(() -> node.port().count() == 1);
        assertThat(node.port().names()).containsExactly("sooner");
    }

    /** As when somebody sets it between two check-ins: the node believes what it read before. */
    @Test
    void aDatabasesClockThatWasSetBackIsNoticedByTheNextClaim() throws Exception {
        AtomicReference<Instant> began = new AtomicReference<>();
        TestNode node = cluster.node(TestNode::withoutCheckIns, firing -> began.set(Instant.now()));
        long steady = node.clock().steadyMs();
        node.clock().read(System.currentTimeMillis() + 400, steady, steady);

        OneShot shot = Shots.in(Duration.ofSeconds(2), "q1", "j1");
        node.store(List.of(shot));

        await().until(() -> began.get() != null);
        assertThat(began.get()).isAfterOrEqualTo(shot.due().truncatedTo(ChronoUnit.MILLIS));
    }

    /** What was claimed by a clock that was an hour ahead would keep its slot for as long. */
    @Test
    void whatIsNotDueForLongByAClockThatWasSetBackWaitsInTheDatabaseAgain() throws Exception {
        TestNode node = cluster.node(TestNode::withoutCheckIns, firing -> {});
        long steady = node.clock().steadyMs();
        node.clock().read(System.currentTimeMillis() + Duration.ofHours(1).toMillis(), steady, steady);

        node.store(List.of(Shots.in(Duration.ofMinutes(59), "q1", "j1")));

        // The claim tells what the clock shows.
        await().atMost(Duration.ofSeconds(15)).until(() -> node.clock().millis() < System.currentTimeMillis() + 60_000);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> cluster.database().number("select count(*) from qrtz_fired_one_shots") == 0);
        assertThat(cluster.rows()).isOne();
        assertThat(node.port().count()).isZero();
    }

    @Test
    void aPortThatThrowsFiresAgain() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        TestNode node = cluster.node(firing -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("on purpose");
            }
        });

        node.store(List.of(Shots.due("q1", "j1")));

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 2 && cluster.rows() == 0);
    }

    /** As where there is no memory even to tell of it. */
    @Test
    void aPortThatThrowsWhatNobodyCanTellOfFiresAgain() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        TestNode node = cluster.node(firing -> {
            if (failed.incrementAndGet() == 1) {
                throw new Untold();
            }
        });

        node.store(List.of(Shots.due("q1", "j1")));

        await().until(() -> node.port().count() == 2 && cluster.rows() == 0);
        assertThat(node.scheduler().inFlight()).isZero();
    }

    private static final class Untold extends InternalError {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new InternalError("not even for a message");
        }
    }

    @Test
    void stoppingGivesBackWhatHasNotBegun() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestNode node = cluster.node(firing -> release.await());
        node.store(Shots.due("q1", 200));
        await().until(() -> node.scheduler().inFlight() >= 12);

        int inFlight = node.scheduler().inFlight();
        node.stop(Duration.ofMillis(100));

        assertThat(cluster.number("select count(*) from qrtz_triggers where trigger_state = 'WAITING'"))
                .isEqualTo(200 - inFlight);
        assertThat(cluster.number("select sum(remaining) from qrtz_fired_one_shots"))
                .isEqualTo(inFlight);
        assertThat(cluster.number("select count(*) from qrtz_scheduler_state")).isZero();
        release.countDown();
    }

    @Test
    void aStoppedNodesBacklogIsDrainedByTheNext() throws Exception {
        TestNode first = cluster.node();
        first.store(Shots.due("q1", 3_000));
        await().until(() -> first.port().count() > 200);
        first.stop(Duration.ofSeconds(5));

        TestNode second = cluster.node();

        await().until(() -> cluster.rows() == 0);
        assertThat(first.port().count() + second.port().count()).isEqualTo(3_000);
    }

    @Test
    void aWaitingOneShotIsRemovedAndNeverFires() throws Exception {
        TestNode node = cluster.node();
        OneShotKey removed = new OneShotKey("q1", "removed");
        node.store(List.of(
                Shots.in(Duration.ofMillis(400), "q1", "removed"), Shots.in(Duration.ofMillis(500), "q1", "kept")));

        Set<OneShotKey> gone = node.inTransaction(connection ->
                node.oneShots().remove(connection, List.of(removed, new OneShotKey("q1", "unknown"))));

        assertThat(gone).containsExactly(removed);
        await().until(() -> node.port().count() == 1 && cluster.rows() == 0);
        assertThat(node.port().names()).containsExactly("kept");
    }

    @Test
    void aRescheduledOneShotFiresAtItsNewTime() throws Exception {
        TestNode node = cluster.node();
        OneShotKey key = new OneShotKey("q1", "j1");
        node.store(List.of(Shots.in(Duration.ofMinutes(5), "q1", "j1")));
        Instant due = Instant.now().plusMillis(300);

        boolean moved = node.inTransaction(
                connection -> node.oneShots().reschedule(connection, new OneShot(key, TestNode.KIND, due, 7)));

        assertThat(moved).isTrue();
        node.oneShots().committed(List.of(new OneShot(key, TestNode.KIND, due, 7)));
        await().until(() -> node.port().count() == 1);
        assertThat(node.port().fired().get(0).due()).isEqualTo(Instant.ofEpochMilli(due.toEpochMilli()));
    }

    @Test
    void whatIsInFlightIsNeitherRemovedNorMoved() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TestNode node = cluster.node(firing -> release.await());
        OneShotKey key = new OneShotKey("q1", "j1");
        node.store(List.of(Shots.due("q1", "j1")));
        await().until(() -> node.port().count() == 1);

        Set<OneShotKey> inFlight = node.inTransaction(connection ->
                node.oneShots().inFlight(connection, List.of(key, new OneShotKey("q1", "other"))));
        Set<OneShotKey> removed =
                node.inTransaction(connection -> node.oneShots().remove(connection, List.of(key)));
        boolean moved = node.inTransaction(connection ->
                node.oneShots().reschedule(connection, new OneShot(key, TestNode.KIND, Instant.now(), 1)));
        release.countDown();

        assertThat(inFlight).containsExactly(key);
        assertThat(removed).isEmpty();
        assertThat(moved).isFalse();
        await().until(() -> cluster.rows() == 0);
    }
}
