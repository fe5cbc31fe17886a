package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node holds no more bytes than it has room for, however many slots are free. */
class WeightsIT {
    private static final int BYTES = 100_000;
    private static final Semaphore NEVER = new Semaphore(0);

    private final TestCluster cluster = new TestCluster();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong most = new AtomicLong();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    @Test
    void noMoreBytesAreInFlightThanThereIsRoomForAndAllFire() throws Exception {
        TestNode node = cluster.node(WeightsIT::small, this::weigh);
        List<OneShot> shots = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            shots.add(heavy("q1", i, 20_000 + i * 100, 1 + i % 10));
            shots.add(heavy("q2", i, 30_000, 5));
        }

        node.store(shots);

        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
        assertThat(cluster.names()).hasSize(120).doesNotHaveDuplicates();
        assertThat(most.get()).isBetween(40_000L, (long) BYTES);
    }

    @Test
    void oneHeavyGroupLeavesAQuarterOfTheBytesAndAllOfTheFreeSlotsToOthers() throws Exception {
        Semaphore heavyMayEnd = new Semaphore(0);
        TestNode node = cluster.node(WeightsIT::small, firing -> {
            if (firing.key().group().equals("q1")) {
                heavyMayEnd.acquire();
            }
        });
        List<OneShot> shots = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            shots.add(heavy("q1", i, 25_000, 5));
        }
        node.store(shots);
        await().until(() -> node.port().running("q1") == 3);

        List<OneShot> others = new ArrayList<>(Shots.due("q2", 100));
        others.add(heavy("q3", 0, 25_000, 5));
        node.store(others);

        await().until(() -> node.port().firedOf("q2").size() == 100);
        await().until(() -> node.port().firedOf("q3").size() == 1);
        assertThat(node.port().running("q1")).isEqualTo(3);
        heavyMayEnd.release(50);
        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
    }

    @Test
    void whatIsLargerThanAllRoomFiresWhenNothingElseThatWeighsIsInFlight() throws Exception {
        TestNode node = cluster.node(WeightsIT::small, this::weigh);

        node.store(
                List.of(heavy("q1", 1, 10 * BYTES, 5), heavy("q1", 2, 10 * BYTES, 5), heavy("q2", 3, 10 * BYTES, 5)));

        await().until(() -> cluster.rows() == 0);
        assertThat(cluster.names()).hasSize(3);
        assertThat(most.get()).isEqualTo(10 * BYTES);
    }

    @Test
    void aLargeOneIsNotPassedByOthersThatWeighSomethingAndHoldsUpNothingThatDoesNot() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        TestNode node = cluster.node(WeightsIT::small, firing -> {
            if (firing.key().group().equals("q1")) {
                mayEnd.acquire();
            }
        });
        node.store(List.of(heavy("q1", 0, 20_000, 5), heavy("q1", 1, 20_000, 5)));
        await().until(() -> node.port().running("q1") == 2);

        node.store(List.of(heavy("q2", 0, 90_000, 5)));
        NEVER.tryAcquire(300, TimeUnit.MILLISECONDS);
        List<OneShot> others = new ArrayList<>(Shots.due("q2", 100));
        others.addAll(Shots.due("q4", 100));
        others.add(heavy("q3", 0, 20_000, 5));
        node.store(others);

        await().until(() -> node.port().firedOf("q2").size() == 100);
        await().until(() -> node.port().firedOf("q4").size() == 100);
        NEVER.tryAcquire(300, TimeUnit.MILLISECONDS);
        assertThat(node.port().firedOf("q3")).isEmpty();
        mayEnd.release(2);
        await().until(() -> cluster.rows() == 0);
        assertThat(node.port().firedOf("q2")).hasSize(101);
    }

    @Test
    void anotherNodeTakesWhatThisOneHasNoRoomFor() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        TestNode one = cluster.node(WeightsIT::small, firing -> mayEnd.acquire());
        List<OneShot> shots = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            shots.add(heavy("q1", i, 25_000, 5));
        }
        one.store(shots);
        await().until(() -> one.port().running("q1") == 3);

        TestNode two = cluster.node(WeightsIT::small, firing -> mayEnd.acquire());

        await().until(() -> two.port().running("q1") == 3);
        mayEnd.release(9);
        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
    }

    private static NodeSettings small(NodeSettings settings) {
        return new NodeSettings(
                Map.of(TestNode.KIND, new Capacity(64, BYTES), TestNode.OTHER_KIND, new Capacity(16, BYTES)),
                settings.maxClaim(),
                settings.checkIn(),
                settings.lease(),
                settings.soleNode());
    }

    private void weigh(ClaimedOneShot firing) throws InterruptedException {
        most.accumulateAndGet(bytes.addAndGet(firing.weight()), Math::max);
        NEVER.tryAcquire(5, TimeUnit.MILLISECONDS);
        bytes.addAndGet(-firing.weight());
    }

    private static OneShot heavy(String group, int number, int weight, int priority) {
        return new OneShot(new OneShotKey(group, "h" + group + number), TestNode.KIND, Instant.now(), priority, weight);
    }
}
