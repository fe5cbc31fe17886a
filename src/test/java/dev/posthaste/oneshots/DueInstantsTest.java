package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueInstantsTest {
    private final GivenTimer timer = new GivenTimer();
    private final DatabaseClock clock = new DatabaseClock(InstantSource.fixed(Instant.EPOCH), timer::nanoTime);
    private final DueInstants due = new DueInstants(clock, timer);
    private final List<Long> begun = new ArrayList<>();

    @Test
    void whatIsDueIsNotWaitedFor() throws InterruptedException {
        assertThat(due.later(shot(0), this::begin)).isFalse();
        due.await(shot(0));

        assertThat(timer.pending()).isZero();
        assertThat(begun).isEmpty();
        assertThat(clock.millis()).isZero();
    }

    @Test
    void whatWasClaimedEarlyBeginsAtItsInstant() {
        assertThat(due.later(shot(1), this::begin)).isTrue();
        assertThat(due.later(shot(20), this::begin)).isTrue();
        assertThat(due.early(shot(20))).isEqualTo(20);

        timer.pass(19);
        assertThat(begun).containsExactly(1L);
        timer.pass(1);

        assertThat(begun).containsExactly(1L, 20L);
    }

    /** Whoever hands it over then finds that it is early still, and puts it back. */
    @Test
    void itsSlotWaitsNoLongerThanASecond() {
        due.later(shot(3_600_000), this::begin);

        timer.pass(1_000);

        assertThat(begun).containsExactly(1_000L);
    }

    @Test
    void whatIsLeftIsWaitedForOnTheThreadThatHandsItOver() throws InterruptedException {
        due.await(shot(1_000));

        assertThat(clock.millis()).isEqualTo(1_000);
    }

    @Test
    void ifTheClockIsCorrectedMeanwhileItIsWaitedForAgain() throws InterruptedException {
        clock.read(1, 0, 0);
        timer.in(30, () -> clock.read(clock.millis() - 49, clock.steadyMs(), clock.steadyMs()));

        due.await(shot(40));

        assertThat(clock.millis()).isEqualTo(40);
        assertThat(timer.nanoTime()).isEqualTo(90_000_000);
    }

    @Test
    void whatIsDueMuchLaterWaitsInTheDatabase() {
        assertThatThrownBy(() -> due.await(shot(1_001)))
                .isInstanceOf(PutBackException.class)
                .hasMessage("The database's clock was set back");

        assertThat(clock.millis()).isZero();
    }

    @Test
    void theTimerEndsWithIt() {
        due.close();

        assertThat(timer.isClosed()).isTrue();
    }

    private void begin() {
        begun.add(clock.millis());
    }

    private static ClaimedOneShot shot(long due) {
        return new ClaimedOneShot(
                new OneShotKey("q", "j"), "work", "c", 1, 1, Instant.ofEpochMilli(due), Instant.EPOCH, 0);
    }
}
