package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real timer keeps what {@link Timer} promises; {@link GivenTimer} stands in for it elsewhere. */
class TimerThreadTest {
    private final WatchedThreads watched = new WatchedThreads();
    private final TimerThread timer = new TimerThread("timer of a test", watched);
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void close() {
        timer.close();
    }

    @Test
    void whatIsThrownEndsNothing() throws Exception {
        timer.in(0, () -> {
            throw new StackOverflowError("as a test wants");
        });
        timer.in(1, done::countDown);

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(watched.ended()).isEmpty();
    }

    @Test
    void whatIsTakenBackIsNotDoneAndWhatHasBegunIsNotInterrupted() throws Exception {
        AtomicBoolean wasDone = new AtomicBoolean();
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch takenBack = new CountDownLatch(1);
        Runnable running = timer.in(0, () -> {
            begun.countDown();
            try {
                takenBack.await();
            } catch (InterruptedException e) {
                wasInterrupted.set(true);
            }
        });
        timer.in(0, () -> wasDone.set(true)).run();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        running.run();
        takenBack.countDown();

        timer.in(0, done::countDown);
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(wasDone).isFalse();
        assertThat(wasInterrupted).isFalse();
    }

    @Test
    void afterTheEndNothingIsTakenAndWhatWasIsDone() throws Exception {
        timer.in(50, done::countDown);

        timer.close();

        assertThatThrownBy(() -> timer.in(0, () -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
