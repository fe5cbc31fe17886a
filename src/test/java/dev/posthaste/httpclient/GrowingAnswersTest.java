package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GrowingAnswersTest {
    private final GrowingAnswers answers = new GrowingAnswers(100);

    @Test
    void aPieceThatCouldKeepEverybodyFromEndingIsNotGranted() throws InterruptedException {
        GrowingAnswers.Part one = part(1, 50);
        GrowingAnswers.Part two = part(2, 50);
        GrowingAnswers.Part three = part(3, 50);
        assertThat(grows(one, 40)).isTrue();
        assertThat(grows(two, 40)).isTrue();

        assertThat(grows(three, 15)).isFalse();
        assertThat(grows(three, 10)).isTrue();
        assertThat(grows(three, 1)).isFalse();
        assertThat(grows(one, 10)).isTrue();
    }

    @Test
    void anOwnerHasHalfOfIt() throws InterruptedException {
        assertThat(grows(part(1, 20), 20)).isTrue();
        assertThat(grows(part(1, 30), 30)).isTrue();

        assertThat(grows(part(1, 1), 1)).isFalse();
        assertThat(grows(part(2, 50), 50)).isTrue();
    }

    @Test
    void whatIsLargerThanEverythingGrowsAlone() throws InterruptedException {
        GrowingAnswers.Part small = part(1, 10);
        GrowingAnswers.Part giant = part(2, 1_000);
        assertThat(grows(small, 10)).isTrue();
        assertThat(grows(giant, 20)).isFalse();
        small.close();
        assertThat(grows(giant, 20)).isTrue();
        assertThat(grows(giant, 980)).isTrue();
        assertThat(answers.held()).isEqualTo(1_000);
    }

    @Test
    void whoWaitsGoesOnWhenAnotherIsAtItsEnd() throws Exception {
        GrowingAnswers.Part one = part(1, 50);
        GrowingAnswers.Part two = part(1, 50);
        assertThat(grows(one, 10)).isTrue();
        CompletableFuture<Boolean> waits = CompletableFuture.supplyAsync(() -> growsInTime(two, 45));
        await().until(() -> answers.waiting() > 0);
        one.shrinkBy(5);

        assertThat(waits.get(30, TimeUnit.SECONDS)).isTrue();
        one.close();
        two.close();
        assertThat(answers.held()).isZero();
    }

    /** What they want together is far more than there is, and each holds what it has while it waits for more. */
    @Test
    void partsThatGrowTogetherAllComeToTheirEnds() throws Exception {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int seed = i;
            CompletableFuture<Boolean> grown = new CompletableFuture<>();
            Thread thread = new Thread(() -> grown.complete(growsToItsEndAgainAndAgain(new Random(seed))), "growing");
            thread.setDaemon(true);
            thread.start();
            all.add(grown);
        }
        for (CompletableFuture<Boolean> each : all) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(answers.held()).isZero();
        assertThat(answers.waiting()).isZero();
    }

    private boolean growsToItsEndAgainAndAgain(Random random) {
        for (int round = 0; round < 200; round++) {
            int max = 10 + random.nextInt(50);
            try (GrowingAnswers.Part part = part(random.nextInt(3), max)) {
                for (int held = 0; held < max; ) {
                    int more = Math.min(max - held, 1 + random.nextInt(10));
                    if (!growsInTime(part, more)) {
                        return false;
                    }
                    held += more;
                }
            }
        }
        return true;
    }

    @Test
    void whoFindsNoneInTimeHoldsWhatItHad() throws InterruptedException {
        GrowingAnswers.Part one = part(1, 90);
        GrowingAnswers.Part two = part(2, 40);
        assertThat(grows(one, 80)).isTrue();
        assertThat(grows(two, 10)).isTrue();

        assertThat(two.grow(20, Duration.ofMillis(50))).isFalse();
        assertThat(answers.held()).isEqualTo(90);
        assertThat(answers.waiting()).isZero();
    }

    private GrowingAnswers.Part part(long owner, long max) {
        GrowingAnswers.Part part = answers.part(owner);
        part.limitTo(max);
        return part;
    }

    private static boolean grows(GrowingAnswers.Part part, long more) throws InterruptedException {
        return part.grow(more, Duration.ZERO);
    }

    private static boolean growsInTime(GrowingAnswers.Part part, long more) {
        try {
            return part.grow(more, Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
