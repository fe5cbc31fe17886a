package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits does so for a minute, which no test has, or not at all; the clock is a number. */
class GatheringTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong();
    private final AtomicReference<Thread> taker = new AtomicReference<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor();

    @AfterEach
    void theWriterEnds() {
        writer.shutdownNow();
    }

    @Test
    void aGroupIsWhatWaitsInTheOrderOfArrival() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 3);

        assertThat(entries.take()).containsExactly(1, 2, 3);
        assertThat(entries.size()).isZero();
    }

    @Test
    void aGroupIsNeverLargerThanTheLargest() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 4);
        offer(entries, 10);

        assertThat(taken(entries)).containsExactly(1, 2, 3, 4);
        assertThat(taken(entries)).containsExactly(5, 6, 7, 8);
    }

    @Test
    void whoComesAfterOneWhoCameAloneWaitsForNobody() throws Exception {
        Gathering<Integer> entries = afterAGroupOf(1, A_MINUTE);
        offer(entries, 1);

        assertThat(taken(entries)).hasSize(1);
    }

    @Test
    void aGroupWaitsUntilItIsAsLargeAsTheLastOne() throws Exception {
        Gathering<Integer> entries = afterAGroupOf(3, A_MINUTE);
        offer(entries, 2);
        CompletableFuture<List<Integer>> next = takeInBackground(entries);
        awaitTheTakerWaits();

        assertThat(next).isNotDone();
        offer(entries, 1);
        assertThat(next.get(30, TimeUnit.SECONDS)).hasSize(3);
    }

    @Test
    void twelveAreWorthNoWaitHoweverLargeTheLastGroupWas() throws Exception {
        Gathering<Integer> entries = afterAGroupOf(50, A_MINUTE);
        offer(entries, 12);

        assertThat(taken(entries)).hasSize(12);
    }

    @Test
    void whoseTimeIsUpGoesWithWhoIsThere() throws Exception {
        Gathering<Integer> entries = afterAGroupOf(3, Duration.ZERO);
        offer(entries, 2);

        assertThat(taken(entries)).hasSize(2);
    }

    @Test
    void howLongAGroupWaitsFollowsFromHowLongTheLastOneTookToBeWritten() throws Exception {
        AtomicLong wrote = new AtomicLong();
        Gathering<Integer> entries = new Gathering<>(
                200,
                100,
                nanos -> {
                    wrote.set(nanos);
                    return 0;
                },
                now::get);
        offer(entries, 1);
        entries.take();
        now.addAndGet(777);
        offer(entries, 1);
        entries.take();

        assertThat(wrote).hasValue(777);
    }

    @Test
    void thatIsAQuarterOfItAndNoMoreThanFiveMilliseconds() {
        assertThat(Gathering.patienceAfter(1_000_000)).isEqualTo(250_000);
        assertThat(Gathering.patienceAfter(20_000_000)).isEqualTo(5_000_000);
        assertThat(Gathering.patienceAfter(60_000_000_000L)).isEqualTo(5_000_000);
    }

    @Test
    void whoFindsNoRoomInTimeIsToldSoAndFindsItOnceAGroupIsTaken() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 200);

        assertThat(entries.offer(201, Duration.ofMillis(1))).isFalse();
        CompletableFuture<Boolean> patient = CompletableFuture.supplyAsync(() -> patiently(entries, 202), writer);
        awaitTheTakerWaits();
        entries.take();
        assertThat(patient.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(entries.takeAll()).hasSize(101).endsWith(202);
    }

    @Test
    void whatIsTakenBackIsNotInAGroup() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 3);

        assertThat(entries.remove(2)).isTrue();
        assertThat(entries.remove(2)).isFalse();
        assertThat(entries.take()).containsExactly(1, 3);
    }

    private Gathering<Integer> gathering(Duration patience, int maxGroup) {
        return new Gathering<>(200, maxGroup, wrote -> patience.toNanos(), now::get);
    }

    private Gathering<Integer> afterAGroupOf(int size, Duration patience) throws Exception {
        Gathering<Integer> entries = gathering(patience, 100);
        offer(entries, size);
        assertThat(taken(entries)).hasSize(size);
        taker.set(null);
        return entries;
    }

    /** What is taken without waiting for a minute. */
    private List<Integer> taken(Gathering<Integer> entries) throws Exception {
        return takeInBackground(entries).get(30, TimeUnit.SECONDS);
    }

    private static void offer(Gathering<Integer> entries, int count) throws InterruptedException {
        for (int entry : IntStream.rangeClosed(1, count).toArray()) {
            assertThat(entries.offer(entry, Duration.ZERO)).isTrue();
        }
    }

    private CompletableFuture<List<Integer>> takeInBackground(Gathering<Integer> entries) {
        return CompletableFuture.supplyAsync(
                () -> {
                    taker.set(Thread.currentThread());
                    try {
                        return entries.take();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                writer);
    }

    private boolean patiently(Gathering<Integer> entries, int entry) {
        taker.set(Thread.currentThread());
        try {
            return entries.offer(entry, A_MINUTE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitTheTakerWaits() {
        await().until(() -> taker.get() != null && taker.get().getState() == Thread.State.TIMED_WAITING);
    }
}
