package dev.posthaste.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatsRangeTest {
    private static final Instant NINE = Instant.parse("2026-05-05T09:00:00Z");

    @Test
    void stepsBeginWithTheMinuteTheHourAndTheDayOfUtc() {
        Instant at = Instant.parse("2026-05-05T09:41:17.5Z");

        assertThat(StatsStep.MINUTE.floor(at)).isEqualTo("2026-05-05T09:41:00Z");
        assertThat(StatsStep.HOUR.floor(at)).isEqualTo("2026-05-05T09:00:00Z");
        assertThat(StatsStep.DAY.floor(at)).isEqualTo("2026-05-05T00:00:00Z");
        assertThat(StatsStep.MINUTE.floor(Instant.parse("1969-12-31T23:59:59Z")))
                .isEqualTo("1969-12-31T23:59:00Z");
    }

    @Test
    void aRangeIsWidenedToWholeSteps() {
        StatsRange range = StatsRange.around(StatsStep.HOUR, NINE.plusSeconds(1), NINE.plusSeconds(7_201));

        assertThat(range.from()).isEqualTo(NINE);
        assertThat(range.to()).isEqualTo(NINE.plusSeconds(3 * 3_600));
        assertThat(range.points()).isEqualTo(3);
    }

    @Test
    void aRangeOfWholeStepsIsAsItIs() {
        StatsRange range = StatsRange.around(StatsStep.MINUTE, NINE, NINE.plusSeconds(60));

        assertThat(range.points()).isOne();
    }

    @Test
    void minutesAreThereFromTheHourOnThatWasADayAgo() {
        assertThat(StatsRange.minutesSince(NINE.plusSeconds(3_599))).isEqualTo("2026-05-04T09:00:00Z");
    }
}
