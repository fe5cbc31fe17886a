package dev.posthaste.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-04-10T14:10:00Z");

    @ParameterizedTest
    @CsvSource({"120, 120", "' 7 ', 7", "86400, 86400", "86401, 86400", "99999999999999999999, 86400"})
    void secondsAreTakenAndCapped(String value, long expected) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(expected));
    }

    @Test
    void aDateIsCountedFromNow() {
        assertThat(RetryAfter.parse("Fri, 10 Apr 2026 14:11:30 GMT", NOW)).contains(Duration.ofSeconds(90));
        assertThat(RetryAfter.parse("Fri, 17 Apr 2026 14:10:00 GMT", NOW)).contains(RetryAfter.CAP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Fri, 10 Apr 2026 14:11:30 GMT", "Friday, 10-Apr-26 14:11:30 GMT", "Fri Apr 10 14:11:30 2026"})
    void aDateMayBeWrittenInEachOfTheThreeWaysOfHttp(String value) {
        assertThat(RetryAfter.parse(value, NOW)).contains(Duration.ofSeconds(90));
    }

    @Test
    void aDayOfOneDigitIsPaddedByASpaceInOldDates() {
        assertThat(RetryAfter.parse("Fri May  1 00:00:00 2026", NOW)).contains(RetryAfter.CAP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "-5",
                "1.5",
                "0",
                "Fri, 10 Apr 2026 14:00:00 GMT",
                "٣",
                "12 seconds",
                "Mon, 10 Apr 2026 14:11:30 GMT"
            })
    void garbageAndThePastAreIgnored(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isEmpty();
    }

    @Test
    void ofSeveralTheLongestCountsAndEqualOnesAreOne() {
        assertThat(RetryAfter.parse(List.of("121", "121"), NOW)).contains(Duration.ofSeconds(121));
        assertThat(RetryAfter.parse(List.of("7", "Fri, 10 Apr 2026 14:11:30 GMT", "soon"), NOW))
                .contains(Duration.ofSeconds(90));
        assertThat(RetryAfter.parse(List.of(), NOW)).isEmpty();
    }
}
