package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryThreadsTest {
    private final DeliveryThreads threads = DeliveryThreads.onPlatformThreads(1_000);
    private final CountDownLatch slowMayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        slowMayEnd.countDown();
        threads.close();
    }

    /** Before any thread has been added for the slow ones: they are handed over in one go, and so is the other. */
    @Test
    void aQueueDoesNotWaitBehindHundredsOfOneWhoseReceiverIsSlow() throws InterruptedException {
        AtomicInteger slowThatBegan = new AtomicInteger();
        for (int i = 0; i < 700; i++) {
            threads.run("slow", () -> {
                slowThatBegan.incrementAndGet();
                awaitEnd();
            });
        }
        CountDownLatch other = new CountDownLatch(30);
        AtomicInteger before = new AtomicInteger();
        for (int i = 0; i < 30; i++) {
            threads.run("other", () -> {
                before.accumulateAndGet(slowThatBegan.get(), Math::max);
                other.countDown();
            });
        }

        assertThat(other.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(before.get()).isLessThan(600);
    }

    @Test
    void allOfAQueueRunAndItsFirstOnesAreCountedAnew() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            CountDownLatch all = new CountDownLatch(200);
            for (int i = 0; i < 200; i++) {
                threads.run("q", all::countDown);
            }
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void awaitEnd() {
        try {
            slowMayEnd.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
