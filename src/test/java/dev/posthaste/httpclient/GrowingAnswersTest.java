package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
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
        while (answers.waiting() == 0) {
            Thread.sleep(5);
        }
        one.shrinkBy(5);

        assertThat(waits.get(5, TimeUnit.SECONDS)).isTrue();
        one.close();
        two.close();
        assertThat(answers.held()).isZero();
    }

    private GrowingAnswers.Part part(long owner, long most) {
        GrowingAnswers.Part part = answers.part(owner);
        part.growAtMostTo(most);
        return part;
    }

    private static boolean grows(GrowingAnswers.Part part, long more) throws InterruptedException {
        return part.grow(more, Duration.ZERO);
    }

    private static boolean growsInTime(GrowingAnswers.Part part, long more) {
        try {
            return part.grow(more, Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
