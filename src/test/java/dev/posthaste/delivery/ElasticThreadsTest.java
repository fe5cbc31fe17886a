package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElasticThreadsTest {
    private static final int MOST = 500;

    private final ElasticThreads threads = new ElasticThreads(MOST);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatKeepsItsThreadWaitingKeepsNothingElseWaiting() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();
        for (int i = 0; i < MOST - 1; i++) {
            threads.execute(() -> {
                held.incrementAndGet();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        CountDownLatch other = new CountDownLatch(1);

        threads.execute(other::countDown);

        await().atMost(Duration.ofSeconds(20)).until(() -> other.getCount() == 0);
        assertThat(held.get()).isEqualTo(MOST - 1);
        release.countDown();
    }

    @Test
    void thereAreNeverMoreThreadsThanAllowed() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();
        for (int i = 0; i < MOST + 50; i++) {
            threads.execute(() -> {
                held.incrementAndGet();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> held.get() == MOST);
        assertThat(threads.getLargestPoolSize()).isEqualTo(MOST);
        release.countDown();
        await().atMost(Duration.ofSeconds(20)).until(() -> held.get() == MOST + 50);
    }

    /** Making one takes milliseconds on a busy machine, and others wait to be handed over. */
    @Test
    void whoHandsOverMakesNoThreadBeyondTheFirstFew() throws InterruptedException {
        Queue<Thread> makers = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(300);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ElasticThreads pool = new ElasticThreads(1_000, task -> {
            makers.add(Thread.currentThread());
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (int i = 0; i < 300; i++) {
                pool.execute(() -> {
                    begun.countDown();
                    awaitEnd(mayEnd);
                });
            }

            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(makers.stream().filter(maker -> maker.equals(Thread.currentThread())))
                    .hasSize(16 * Runtime.getRuntime().availableProcessors());
        } finally {
            mayEnd.countDown();
            pool.shutdownNow();
        }
    }

    @Test
    void aMachineThatHasNoThreadToGiveForAWhileEndsNothing() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        AtomicBoolean some = new AtomicBoolean();
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(200);
        ElasticThreads pool = new ElasticThreads(1_000, task -> {
            if (made.incrementAndGet() > 2 && !some.get()) {
                return NoThreads.thread(task);
            }
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (int i = 0; i < 200; i++) {
                pool.execute(() -> {
                    begun.countDown();
                    awaitEnd(mayEnd);
                });
            }
            await().until(() -> begun.getCount() == 198);
            int madeBefore = made.get();
            await().until(() -> made.get() > madeBefore);

            some.set(true);

            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            mayEnd.countDown();
            pool.shutdownNow();
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
