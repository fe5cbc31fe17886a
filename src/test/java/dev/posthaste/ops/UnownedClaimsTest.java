package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnownedClaimsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private long now = 7;
    private final UnownedClaims claims = new UnownedClaims(() -> now, PATIENCE);

    @Test
    void whatOneLookHasSeenIsRecoveredByACheckIn() {
        later();

        assertThat(claims.look(Map.of("a", 3))).isZero();
        later();
        assertThat(claims.look(Map.of("b", 2))).isZero();
    }

    @Test
    void whatTwoLooksHaveSeenIsToldOnce() {
        later();
        assertThat(claims.look(Map.of("a", 3))).isZero();
        later();

        assertThat(claims.look(Map.of("a", 3, "b", 2))).isEqualTo(3);

        later();
        assertThat(claims.look(Map.of("a", 3, "b", 2))).isEqualTo(2);
        later();
        assertThat(claims.look(Map.of("a", 3, "b", 2))).isZero();
    }

    /** As when it is asked for by hand, right after it was done in its turn. */
    @Test
    void twoLooksOneAfterTheOtherAreOne() {
        later();
        assertThat(claims.look(Map.of("a", 3))).isZero();
        now += PATIENCE.toNanos() - 1;

        assertThat(claims.look(Map.of("a", 3))).isZero();

        now += 1;
        assertThat(claims.look(Map.of("a", 3))).isEqualTo(3);
    }

    @Test
    void oneThatWasRecoveredAndIsClaimedAnewIsToldAnew() {
        later();
        assertThat(claims.look(Map.of("a", 3))).isZero();
        later();
        assertThat(claims.look(Map.of("a", 3))).isEqualTo(3);
        later();
        assertThat(claims.look(Map.of())).isZero();
        later();
        assertThat(claims.look(Map.of("a", 1))).isZero();
        later();

        assertThat(claims.look(Map.of("a", 1))).isOne();
    }

    private void later() {
        now += PATIENCE.toNanos();
    }
}
