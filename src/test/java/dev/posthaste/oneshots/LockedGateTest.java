package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How many a gate lets through, by what its row says and how long ago that was. */
class LockedGateTest {
    @Test
    void aPausedGateLetsNothingThroughAndKeepsItsTokens() {
        assertThat(LockedGate.of("q1", new Gate(true, 9, 9), 0, 3, 2))
                .isEqualTo(new LockedGate("q1", true, 0, 3, 2, 0));
    }

    @Test
    void withoutARateItLetsThroughWhatIsNotInFlightAndHasNoTokens() {
        assertThat(locked(20, null, 15, -7, 2)).isEqualTo(new LockedGate("q1", false, 5, 0, 2, 0));
        assertThat(locked(20, null, 21, 0, 0).room()).isZero();
        assertThat(locked(null, null, 21, 0, 0).room()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void itsRateFillsItUpWithTheTimeThatHasPassed() {
        LockedGate gate = locked(null, 50, 0, 1, 0.05);

        assertThat(gate.tokens()).isEqualTo(3.5);
        assertThat(gate.room()).isEqualTo(3);
        assertThat(gate.nextTokenMs()).isZero();
        assertThat(gate.elapsed()).isEqualTo(0.05);
    }

    /** Else a receiver that bears 50 a second would get 100 in one. */
    @Test
    void itSavesATenthOfASecondAtMostAndOneAtLeast() {
        assertThat(locked(null, 50, 0, 4.5, 3_600).tokens()).isEqualTo(5);
        assertThat(locked(null, 2, 0, 0, 3_600).tokens()).isEqualTo(1);
    }

    @Test
    void whatItOwesIsForgivenAndTheNextTokenIsAsFarAsItsRateSays() {
        LockedGate gate = locked(null, 8, 0, -500, 0.025);

        assertThat(gate.tokens()).isEqualTo(0.2);
        assertThat(gate.room()).isZero();
        assertThat(gate.nextTokenMs()).isEqualTo(100);
        assertThat(locked(null, 7, 0, 0, 0).nextTokenMs()).as("rounded up").isEqualTo(143);
    }

    /** The database's clock was set back. */
    @Test
    void oneThatWasRefilledInTheFutureLetsOneThrough() {
        assertThat(locked(null, 50, 0, 0, -3_600).room()).isOne();
        assertThat(locked(null, 50, 0, 3, -3_600).room()).isEqualTo(3);
        assertThat(locked(null, 50, 0, 0, 0).room()).isZero();
    }

    @Test
    void bothLimitsHold() {
        assertThat(locked(10, 50, 8, 5, 0).room()).isEqualTo(2);
        assertThat(locked(10, 50, 2, 5, 0).room()).isEqualTo(5);
    }

    private static LockedGate locked(
            @Nullable Integer maxInFlight,
            @Nullable Integer maxPerSecond,
            long inFlight,
            double saved,
            double elapsed) {
        return LockedGate.of("q1", new Gate(false, maxInFlight, maxPerSecond), inFlight, saved, elapsed);
    }
}
