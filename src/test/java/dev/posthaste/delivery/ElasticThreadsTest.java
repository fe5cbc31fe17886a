package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
}
