package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveryThreadsTest {
    private final DeliveryThreads threads =
            DeliveryThreads.onPlatformThreads(1_000, new ElasticThreads.Named("first-"));
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

        assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(before.get()).isLessThan(600);
    }

    @Test
    void allOfAQueueRunAndItsFirstOnesAreCountedAnew() throws InterruptedException {
        for (int round = 0; round < 3; round++) {
            CountDownLatch all = new CountDownLatch(200);
            for (int i = 0; i < 200; i++) {
                threads.run("q", all::countDown);
            }
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The one who learns that a delivery has ended hands over the next, while the thread is not yet back for it. */
    @Test
    void whoeverHasASlotIsNotRefused() throws InterruptedException {
        DeliveryThreads two = DeliveryThreads.onPlatformThreads(2, new ElasticThreads.Named("first-"));
        try {
            Semaphore slots = new Semaphore(2);
            for (int i = 0; i < 20_000; i++) {
                slots.acquire();
                two.run("q" + i % 10, slots::release);
            }
            assertThat(slots.tryAcquire(2, 30, TimeUnit.SECONDS)).isTrue();
        } finally {
            two.close();
        }
    }

    @Test
    void aQueuesFirstDeliveriesThatFindNoThreadWaitForOneOfThoseThatThereAre() throws InterruptedException {
        DeliveryThreads without = DeliveryThreads.onPlatformThreads(10, NoThreads::thread);
        try {
            CountDownLatch all = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) {
                without.run("q", all::countDown);
            }
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            without.close();
        }
    }

    @Test
    void whatWaitsForAThreadIsToldFromWhatHasOne() throws InterruptedException {
        DeliveryThreads two = DeliveryThreads.onPlatformThreads(2, NoThreads::thread);
        try {
            CountDownLatch all = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                two.run("q", () -> {
                    awaitEnd();
                    all.countDown();
                });
            }
            assertThat(two.anyWaits()).isTrue();

            slowMayEnd.countDown();
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(two.anyWaits()).isFalse();
        } finally {
            two.close();
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
