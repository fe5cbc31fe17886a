package dev.posthaste.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.queues.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountedTest {
    private static final Instant START = Instant.parse("2026-04-10T14:10:00Z");

    private final Counted counted = new Counted();

    @Test
    void theFirstLookHasNothingToBeComparedWith() {
        assertThat(at(0).recent()).isNull();
        assertThat(at(0).minute()).isNull();
    }

    @Test
    void aRateIsOfTheLastTenSecondsOrOfAsLongAsSomebodyHasLooked() {
        at(0);

        assertThat(seconds(at(2).recent())).isZero();
        for (int second = 4; second <= 60; second += 2) {
            at(second);
        }
        assertThat(seconds(at(61).recent())).isEqualTo(50);
        assertThat(seconds(at(61).minute())).isEqualTo(10);
    }

    @Test
    void whatIsOlderThanAMinuteIsForgotten() {
        at(0);

        assertThat(at(61).recent()).isNull();
    }

    @Test
    void aClockThatWasSetBackMakesWhatWasSeenBeforeWorthless() {
        at(30);

        assertThat(at(20).recent()).isNull();
        assertThat(seconds(at(25).recent())).isEqualTo(20);
    }

    @Test
    void whatWasTakenAwayIsNoNegativeRate() {
        Rates rates = Rates.between(new Tally(9, 9, 9, 0, 0, 0), new Tally(19, 0, 9, 0, 0, 0), Duration.ofSeconds(10));

        assertThat(rates).isEqualTo(new Rates(1, 0, 0));
        assertThat(Rates.of(Tally.accepted(5), Duration.ZERO)).isEqualTo(Rates.NONE);
    }

    private Counted.Compared at(long second) {
        return counted.add(new Counted.Look(START.plusSeconds(second), Tally.NONE, Map.of()));
    }

    private static long seconds(Counted.@Nullable Look look) {
        return Duration.between(START, Objects.requireNonNull(look).at()).toSeconds();
    }
}
