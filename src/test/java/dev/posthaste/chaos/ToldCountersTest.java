package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToldCountersTest {
    private final ToldCounters told = new ToldCounters();

    @Test
    void aNodeThatTellsLessThanItHasToldItselfIsFound() {
        assertThat(tells(0, 1.0, 5)).isEmpty();

        assertThat(tells(0, 1.5, 4)).contains(counters(5));
    }

    @Test
    void aNodeMayTellForTwoSecondsWhatItHasReadBeforeAnotherOneToldMore() {
        assertThat(tells(0, 1, 5)).isEmpty();

        assertThat(tells(1, 2.9, 4)).isEmpty();
        assertThat(tells(2, 3.2, 4)).contains(counters(5));
    }

    @Test
    void whatANodeReadWhileItStoodStillIsTakenForAsOldAsTheCall() {
        told.unanswered(1, at(1));
        assertThat(tells(0, 10, 5)).isEmpty();

        assertThat(tells(1, 20, 4)).isEmpty();
        assertThat(tells(1, 30, 4)).contains(counters(5));
    }

    private Optional<Counters> tells(int node, double second, long accepted) {
        return told.answered(node, at(second), at(second + 0.01), counters(accepted));
    }

    private static Instant at(double second) {
        return Instant.EPOCH.plusMillis(Math.round(second * 1_000));
    }

    private static Counters counters(long accepted) {
        return new Counters(accepted, 0, 0, 0, 0, 0);
    }
}
