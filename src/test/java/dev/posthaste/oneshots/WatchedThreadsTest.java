package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchedThreadsTest {
    private final WatchedThreads watched = new WatchedThreads();

    @Test
    void aThreadThatHasDiedIsNamed() throws InterruptedException {
        CountDownLatch death = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    await().until(() -> death.getCount() == 0);
                    throw new InternalError("as it may happen to any");
                },
                "vital");
        thread.setUncaughtExceptionHandler((dead, cause) -> {});
        watched.start(thread);
        assertThat(watched.ended()).isEmpty();

        death.countDown();
        thread.join();

        assertThat(watched.ended()).containsExactly("vital");
    }

    @Test
    void aTimerWhoseThreadCannotBeStartedIsNamedUntilItCan() {
        Queue<Thread> given = new ConcurrentLinkedQueue<>();
        CountDownLatch scarcity = new CountDownLatch(1);
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            if (scarcity.getCount() > 0) {
                return null;
            }
            Thread thread = new Thread(task);
            given.add(thread);
            return thread;
        });
        watched.watch("timer", timer);
        assertThat(watched.ended()).as("nothing to do").isEmpty();
        CountDownLatch rang = new CountDownLatch(1);
        Future<?> unused = timer.schedule(rang::countDown, 1, TimeUnit.MILLISECONDS);

        assertThat(watched.ended()).containsExactly("timer");
        scarcity.countDown();
        assertThat(watched.ended()).isEmpty();

        await().until(() -> rang.getCount() == 0);
        assertThat(given).hasSize(1);
        timer.shutdownNow();
        assertThat(watched.ended()).isEmpty();
    }
}
