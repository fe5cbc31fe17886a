package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever keeps a firing from its thread, it is let wait again and leaves its slot to others. */
class SlotsTest {
    private static final int SIZE = 3;

    private final AtomicInteger missing = new AtomicInteger(1);
    private Throwable failure = new IllegalStateException();
    private final Slots slots = new Slots(SIZE, this::run, new WatchedThreads());

    @AfterEach
    void close() {
        slots.shutdown(true);
    }

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class, IllegalStateException.class})
    void whatIsDueAndFindsNoThreadIsNotTaken(Class<? extends Throwable> kind) throws Exception {
        failure = kind.getConstructor().newInstance();
        Firing firing = new Firing(0);

        assertThat(slots.runInThread(firing)).isFalse();

        assertThat(slots.blockForAvailableThreads()).isEqualTo(SIZE);
        assertThat(firing.ran).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class, IllegalStateException.class})
    void whatWasClaimedEarlyAndFindsNoThreadIsLetWaitAgain(Class<? extends Throwable> kind) throws Exception {
        failure = kind.getConstructor().newInstance();
        Firing firing = new Firing(20);
        Firing next = new Firing(40);

        assertThat(slots.runInThread(firing)).isTrue();
        assertThat(slots.runInThread(next)).isTrue();

        await().until(() -> firing.notRun.get() == 1);
        await().until(() -> next.ran.get() == 1);
        assertThat(firing.ran).hasValue(0);
        assertThat(next.notRun).hasValue(0);
        assertThat(slots.blockForAvailableThreads()).isEqualTo(SIZE);
    }

    /** As when a thread that has taken it falls to an error before it runs it. */
    @Test
    void theSlotOfWhatWasGivenUpIsFreeAndItIsNotRunAnyMore() {
        List<Runnable> taken = new ArrayList<>();
        Slots lossy = new Slots(SIZE, (group, firing) -> taken.add(firing), new WatchedThreads());
        Firing lost = new Firing(0);
        Firing begun = new Firing(0);
        lossy.runInThread(lost);
        lossy.runInThread(begun);
        taken.get(1).run();
        assertThat(lossy.blockForAvailableThreads()).isEqualTo(SIZE - 1);

        lossy.giveUp(List.of(lost.firing(), begun.firing()));

        assertThat(lossy.blockForAvailableThreads()).isEqualTo(SIZE);
        taken.get(0).run();
        assertThat(lost.ran).hasValue(0);
        assertThat(lossy.blockForAvailableThreads()).isEqualTo(SIZE);
        lossy.shutdown(true);
    }

    private void run(String group, Runnable firing) {
        if (missing.getAndDecrement() <= 0) {
            firing.run();
        } else if (failure instanceof Error error) {
            throw error;
        } else {
            throw (RuntimeException) failure;
        }
    }

    private static final class Firing implements LateEnding {
        private final long early;
        private final FiredOneShot firing = new FiredOneShot(
                new OneShotKey("q", "j"), "work", UUID.randomUUID().toString(), 1, 1, Instant.EPOCH, Instant.EPOCH, 0);
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger notRun = new AtomicInteger();

        Firing(long early) {
            this.early = early;
        }

        @Override
        public FiredOneShot firing() {
            return firing;
        }

        @Override
        public long early() {
            return early;
        }

        @Override
        public void notRun() {
            notRun.incrementAndGet();
        }

        @Override
        public void run() {
            run(() -> {});
        }

        @Override
        public void run(Runnable ended) {
            ran.incrementAndGet();
            ended.run();
        }
    }
}
