package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.oneshots.Capacity;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.oneshots.Shots;
import dev.posthaste.oneshots.Slots;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that is told to claim nothing. */
class StandByIT {
    private final TestCluster cluster = new TestCluster();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void close() {
        released.countDown();
        cluster.close();
    }

    /** It waits for a slot when it is told, and gets one afterwards. */
    @Test
    void aNodeWithoutAFreeSlotClaimsNothingMoreEither() throws Exception {
        TestNode one = cluster.node(StandByIT::withOneSlot, firing -> released.await());
        one.store(Shots.due("g", 5));
        await().until(() -> one.port().count() == 1 && waitsForASlot());

        one.scheduler().standBy();
        released.countDown();
        await().until(() -> one.scheduler().inFlight() == 0);
        TestNode two = cluster.node();

        await().until(() -> two.port().count() == 4);
        assertThat(one.port().count()).isEqualTo(1);
        assertThat(cluster.hasFiredAnythingTwice()).isFalse();
    }

    private static NodeSettings withOneSlot(NodeSettings settings) {
        return new NodeSettings(
                Map.of(TestNode.KIND, Capacity.ofSlots(1)),
                settings.maxClaim(),
                settings.checkIn(),
                settings.lease(),
                settings.soleNode());
    }

    private static boolean waitsForASlot() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(Slots.class.getName())
                        && frame.getMethodName().equals("awaitFree"));
    }
}
