package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadWatchTest {
    private static final Duration OFTEN = Duration.ofMillis(5);

    private final CountDownLatch death = new CountDownLatch(1);
    private final Thread needed = new Thread(this::dieWhenTold, "needed");
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final ThreadWatch watch = new ThreadWatch(this::ended, OFTEN, ends::incrementAndGet);

    @AfterEach
    void close() {
        watch.close();
        death.countDown();
    }

    @Test
    void theProcessEndsOnceWhenAThreadHasDied() {
        needed.start();
        watch.start();
        await().until(() -> looks.get() > 3);
        assertThat(ends).hasValue(0);

        death.countDown();

        await().until(() -> ends.get() == 1);
        await().during(OFTEN.multipliedBy(5)).until(() -> ends.get() == 1);
    }

    @Test
    void threadsMayEndOnceTheWatchIsClosed() throws InterruptedException {
        needed.start();
        watch.start();
        await().until(() -> looks.get() > 0);

        watch.close();
        death.countDown();
        needed.join();

        await().during(OFTEN.multipliedBy(20)).until(() -> ends.get() == 0);
    }

    private List<String> ended() {
        looks.incrementAndGet();
        return needed.isAlive() ? List.of() : List.of(needed.getName());
    }

    private void dieWhenTold() {
        try {
            death.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
