package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever keeps a firing from its thread, it is let wait again and leaves its slot to others. */
class SlotsTest {
    private static final int SIZE = 3;

    private final AtomicInteger missing = new AtomicInteger(1);
    private Throwable failure = new IllegalStateException();
    private final GivenTimer timer = new GivenTimer();
    private final DueInstants due =
            new DueInstants(new DatabaseClock(InstantSource.fixed(Instant.EPOCH), timer::nanoTime), timer);
    private final Slots slots = new Slots(SIZE, this::run, due);

    @Test
    void afterTheEndNothingIsTakenAndNobodyWaits() {
        for (int i = 0; i < SIZE; i++) {
            assertThat(slots.run(new Late(10))).isTrue();
        }

        slots.close();

        assertThat(slots.run(new Late(10))).isFalse();
        assertThat(slots.awaitFree()).isOne();
        assertThat(timer.isClosed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class, IllegalStateException.class})
    void whatIsDueAndFindsNoThreadIsNotTaken(Class<? extends Throwable> kind) throws Exception {
        failure = kind.getConstructor().newInstance();
        Late firing = new Late(0);

        assertThat(slots.run(firing)).isFalse();

        assertThat(slots.awaitFree()).isEqualTo(SIZE);
        assertThat(firing.ran).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class, IllegalStateException.class})
    void whatWasClaimedEarlyAndFindsNoThreadIsLetWaitAgain(Class<? extends Throwable> kind) throws Exception {
        failure = kind.getConstructor().newInstance();
        Late firing = new Late(20);
        Late next = new Late(40);

        assertThat(slots.run(firing)).isTrue();
        assertThat(slots.run(next)).isTrue();

        assertThat(slots.awaitFree()).isEqualTo(SIZE - 2);
        timer.pass(40);

        assertThat(firing.notRun).hasValue(1);
        assertThat(next.ran).hasValue(1);
        assertThat(firing.ran).hasValue(0);
        assertThat(next.notRun).hasValue(0);
        assertThat(slots.awaitFree()).isEqualTo(SIZE);
    }

    /** As when a thread that has taken it falls to an error before it runs it. */
    @Test
    void theSlotOfWhatWasGivenUpIsFreeAndItIsNotRunAnyMore() {
        List<Runnable> taken = new ArrayList<>();
        Slots lossy = new Slots(SIZE, (group, firing) -> taken.add(firing), due);
        Late lost = new Late(0);
        Late begun = new Late(0);
        lossy.run(lost);
        lossy.run(begun);
        taken.get(1).run();
        assertThat(lossy.awaitFree()).isEqualTo(SIZE - 1);

        lossy.giveUp(List.of(lost.firing(), begun.firing()));

        assertThat(lossy.awaitFree()).isEqualTo(SIZE);
        taken.get(0).run();
        assertThat(lost.ran).hasValue(0);
        assertThat(lossy.awaitFree()).isEqualTo(SIZE);
    }

    /** Where somebody listens to the scheduler, its own runs come, which know nothing of being given up. */
    @Test
    void whatIsNoneOfOursHasASlotWhileItRuns() {
        missing.set(0);
        List<Integer> free = new ArrayList<>();

        assertThat(slots.run(() -> free.add(slots.awaitFree()))).isTrue();

        assertThat(free).containsExactly(SIZE - 1);
        assertThat(slots.awaitFree()).isEqualTo(SIZE);
    }

    @Test
    void whatIsNoneOfOursAndFindsNoThreadLeavesItsSlot() {
        assertThat(slots.run(() -> {})).isFalse();

        assertThat(slots.awaitFree()).isEqualTo(SIZE);
    }

    @Test
    void whatHasBegunWhenItsThreadFailsFreesItsSlotOnce() {
        Late firing = new Late(0);
        Slots late = new Slots(
                SIZE,
                (group, task) -> {
                    task.run();
                    throw new IllegalStateException();
                },
                due);

        assertThat(late.run(firing)).isTrue();

        assertThat(firing.ran).hasValue(1);
        assertThat(firing.notRun).hasValue(0);
        assertThat(late.awaitFree()).isEqualTo(SIZE);
    }

    @Test
    void whatWasGivenUpBeforeItsThreadFailsFreesItsSlotOnce() {
        Late firing = new Late(0);
        List<Slots> its = new ArrayList<>();
        its.add(new Slots(
                SIZE,
                (group, task) -> {
                    its.get(0).giveUp(List.of(firing.firing()));
                    throw new IllegalStateException();
                },
                due));

        assertThat(its.get(0).run(firing)).isTrue();

        assertThat(firing.ran).hasValue(0);
        assertThat(its.get(0).awaitFree()).isEqualTo(SIZE);
    }

    /** The scheduler's thread: it waits in front of them. */
    @Test
    void whoWaitsForOneGoesOnWhenOneIsFreeOrWhenThereIsAnEnd() throws Exception {
        List<Runnable> begun = new ArrayList<>();
        Slots full = new Slots(1, (group, task) -> begun.add(task), due);
        full.run(new Late(0));
        Future<Integer> waiting = waiter(full);

        begun.get(0).run();

        assertThat(waiting.get(60, TimeUnit.SECONDS)).isOne();
        full.run(new Late(0));
        Future<Integer> untilTheEnd = waiter(full);
        full.close();
        assertThat(untilTheEnd.get(60, TimeUnit.SECONDS)).isOne();
    }

    private static Future<Integer> waiter(Slots slots) {
        FutureTask<Integer> task = new FutureTask<>(slots::awaitFree);
        Thread thread = new Thread(task, "waits for a slot");
        thread.setDaemon(true);
        thread.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> thread.getState() == Thread.State.WAITING);
        return task;
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

    private static final class Late implements SlotTask {
        private final ClaimedOneShot firing;
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger notRun = new AtomicInteger();

        Late(long early) {
            firing = new ClaimedOneShot(
                    new OneShotKey("q", "j"),
                    "work",
                    UUID.randomUUID().toString(),
                    1,
                    1,
                    Instant.ofEpochMilli(early),
                    Instant.EPOCH,
                    0);
        }

        @Override
        public ClaimedOneShot firing() {
            return firing;
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
