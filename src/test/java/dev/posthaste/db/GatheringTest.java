package dev.posthaste.db;

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

/** Who waits does so for a minute, which no test has; the clock that tells how long a group took is a number. */
class GatheringTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Duration FOUR_MINUTES = Duration.ofMinutes(4);

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

        assertThat(entries.take()).containsExactly(1, 2, 3, 4);
        assertThat(entries.take()).containsExactly(5, 6, 7, 8);
    }

    @Test
    void whoComesAfterOneWhoCameAloneWaitsForNobody() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 1);
        entries.take();
        writingTakes(FOUR_MINUTES);
        offer(entries, 1);

        assertThat(entries.take()).hasSize(1);
    }

    @Test
    void aGroupWaitsUntilItIsAsLargeAsTheLastOne() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 3);
        entries.take();
        writingTakes(FOUR_MINUTES);
        offer(entries, 2);
        CompletableFuture<List<Integer>> next = takeInBackground(entries);
        awaitTheTakerWaits();

        assertThat(next).isNotDone();
        offer(entries, 1);
        assertThat(next.get(30, TimeUnit.SECONDS)).hasSize(3);
    }

    @Test
    void twelveAreWorthNoWaitHoweverLargeTheLastGroupWas() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 50);
        entries.take();
        writingTakes(FOUR_MINUTES);
        offer(entries, 12);

        assertThat(entries.take()).hasSize(12);
    }

    @Test
    void nobodyWaitsLongerThanAQuarterOfWhatTheLastGroupTook() throws Exception {
        Gathering<Integer> entries = gathering(A_MINUTE, 100);
        offer(entries, 3);
        entries.take();
        writingTakes(Duration.ofMillis(80));
        offer(entries, 1);

        assertThat(takeInBackground(entries).get(30, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    void norLongerThanTheLongestWait() throws Exception {
        Gathering<Integer> entries = gathering(Duration.ofMillis(20), 100);
        offer(entries, 3);
        entries.take();
        writingTakes(FOUR_MINUTES);
        offer(entries, 1);

        assertThat(takeInBackground(entries).get(30, TimeUnit.SECONDS)).hasSize(1);
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

    private Gathering<Integer> gathering(Duration longestWait, int largestGroup) {
        return new Gathering<>(200, largestGroup, longestWait, now::get);
    }

    private void writingTakes(Duration duration) {
        now.addAndGet(duration.toNanos());
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
