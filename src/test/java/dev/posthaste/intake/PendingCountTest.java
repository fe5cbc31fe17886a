package dev.posthaste.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PendingCountTest {
    private static final Instant THEN = Instant.parse("2026-04-10T14:10:00Z");
    private static final PendingCount FEW = new PendingCount(90, 1_000, THEN);
    private static final PendingCount MANY = new PendingCount(90, 1_001, THEN);

    @Test
    void whatFitsByASumOfTheLastSecondNeedsNoOther() {
        assertThat(FEW.isGoodFor(10, 100, THEN.plusMillis(999))).isTrue();
        assertThat(FEW.isGoodFor(1, 100, THEN.plusMillis(1_000))).isFalse();
    }

    @Test
    void whatDoesNotFitIsSummedAnewWhereThatIsCheap() {
        assertThat(FEW.isGoodFor(11, 100, THEN)).isFalse();
        assertThat(MANY.isGoodFor(11, 100, THEN.plusMillis(999))).isTrue();
        assertThat(MANY.isGoodFor(11, 100, THEN.plusMillis(1_000))).isFalse();
    }

    @Test
    void aSumFromAClockThatWasSetBackIsNone() {
        assertThat(MANY.isGoodFor(1, 100, THEN.minusMillis(1))).isFalse();
    }
}
