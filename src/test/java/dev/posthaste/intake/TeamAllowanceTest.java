package dev.posthaste.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TeamAllowanceTest {
    private static final IntakeLimits TEN_A_SECOND = new IntakeLimits(10, 0);
    private static final IntakeLimits TEN_PENDING = new IntakeLimits(0, 10);

    @Test
    void aBucketHoldsASecondAndNoMore() {
        TeamAllowance team = new TeamAllowance(TEN_A_SECOND, 10, Duration.ofHours(1), 0);

        assertThat(team.take(10)).isEmpty();
        assertThat(team.take(1)).isPresent();
    }

    @Test
    void whatIsRefusedTakesNothing() {
        TeamAllowance team = new TeamAllowance(TEN_A_SECOND, 5, Duration.ZERO, 0);

        assertThat(team.take(6)).isPresent();
        assertThat(team.take(5)).isEmpty();
    }

    @Test
    void theSecondsThatAreToldAreThoseUntilTheJobsFit() {
        assertThat(seconds(new TeamAllowance(new IntakeLimits(100, 0), 0, Duration.ZERO, 0).take(100)))
                .isEqualTo(1);
        assertThat(seconds(new TeamAllowance(new IntakeLimits(3, 0), -6, Duration.ZERO, 0).take(3)))
                .isEqualTo(3);
        assertThat(seconds(new TeamAllowance(TEN_A_SECOND, 9.99, Duration.ZERO, 0).take(10)))
                .isEqualTo(1);
    }

    @Test
    void aClockThatWasSetBackGivesNothingAndTakesNothing() {
        assertThat(new TeamAllowance(TEN_A_SECOND, 4, Duration.ofHours(-1), 0).left())
                .isEqualTo(4);
    }

    @Test
    void jobsThatHaveNotEndedLeaveRoomForTheRest() {
        TeamAllowance team = new TeamAllowance(TEN_PENDING, 0, Duration.ZERO, 7);

        assertThat(team.take(4)).isPresent();
        assertThat(team.take(3)).isEmpty();
        assertThat(team.take(1)).isPresent();
    }

    @Test
    void moreThanEverFitsIsSaidSo() {
        IntakeLimits both = new IntakeLimits(20, 10);

        assertThat(new TeamAllowance(both, 20, Duration.ZERO, 10).take(11)).contains(new IntakeResult.NeverFits(10));
    }

    @Test
    void aRefusalForTheNumberOfJobsTakesNothingOfTheRate() {
        TeamAllowance team = new TeamAllowance(new IntakeLimits(10, 10), 10, Duration.ZERO, 10);

        assertThat(team.take(1)).isPresent();
        assertThat(team.left()).isEqualTo(10);
    }

    @Test
    void whatIsKnownOfABucketIsNeverLessThanItHolds() {
        AtomicLong nanos = new AtomicLong();
        KnownAllowances known = new KnownAllowances(TEN_A_SECOND, nanos::get);
        assertThat(known.refusal(1, 10)).isEmpty();

        known.learn(1, 2, nanos.get());

        assertThat(known.refusal(1, 2)).isEmpty();
        assertThat(known.refusal(2, 10)).isEmpty();
        assertThat(seconds(known.refusal(1, 10))).isEqualTo(1);
        nanos.addAndGet(Duration.ofMillis(800).toNanos());
        assertThat(known.refusal(1, 10)).isEmpty();
    }

    private static long seconds(Optional<IntakeResult> refusal) {
        return ((IntakeResult.LimitReached) refusal.orElseThrow()).retryAfterSeconds();
    }
}
