package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StopTimeTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final StopTime time = new StopTime(Duration.ofSeconds(20), nanos::get);

    @Test
    void whatCallsThatHangHaveTakenIsNotWaitedAgain() {
        time.begin();
        pass(Duration.ofSeconds(8));

        assertThat(time.left()).isEqualTo(Duration.ofSeconds(12));
        time.begin();
        assertThat(time.left()).as("told twice").isEqualTo(Duration.ofSeconds(12));
        pass(Duration.ofSeconds(13));
        assertThat(time.left()).isZero();
    }

    @Test
    void aStartThatFailsHasAllOfIt() {
        pass(Duration.ofSeconds(8));

        assertThat(time.left()).isEqualTo(Duration.ofSeconds(20));
        assertThat(time.hasBegun()).isFalse();
    }

    @Test
    void whoIsInAHurryWaitsForNothingMore() throws InterruptedException {
        time.begin();
        time.hasten();

        assertThat(time.left()).isZero();
        // Would go on for an hour.
        time.pass(Duration.ofHours(1));
    }

    @Test
    void whatOneStepHasTakenIsNotThereForTheNextSoThatTheProcessEndsInTime() {
        Duration own = Duration.ofSeconds(3);
        time.begin();
        pass(Duration.ofSeconds(20));
        assertThat(time.atMost(own)).isEqualTo(own);

        pass(Duration.ofSeconds(10));
        assertThat(time.rest()).isEqualTo(Duration.ofSeconds(1));
        assertThat(time.atMost(own)).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofSeconds(3));
        assertThat(time.rest()).isZero();
        assertThat(time.atMost(own)).as("for a database that answers").isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void whoIsInAHurryWaitsForTwoSecondsInAll() {
        time.begin();
        pass(Duration.ofSeconds(3));
        assertThat(time.rest()).isEqualTo(Duration.ofSeconds(28));

        time.hasten();
        assertThat(time.rest()).isEqualTo(Duration.ofSeconds(2));
        pass(Duration.ofSeconds(1));
        time.hasten();
        assertThat(time.rest()).as("told once more").isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(2));
        assertThat(time.rest()).isZero();
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
