package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitingFireTest {
    private static final Instant NOW = at("2026-03-10T12:01:30Z");

    @ParameterizedTest
    @CsvSource({
        "*/5 * * * *, UTC, 2026-03-10T12:10:00Z, 2026-03-10T12:05:00Z",
        "*/5 * * * *, Europe/Berlin, 2026-03-10T15:00:00Z, 2026-03-10T12:05:00Z",
        "0 * * * *, UTC, 2026-03-10T14:00:00Z, 2026-03-10T13:00:00Z",
        "0 0 1 * *, UTC, 2026-05-01T00:00:00Z, 2026-04-01T00:00:00Z",
        "0 9 * * *, Europe/Berlin, 2026-03-12T08:00:00Z, 2026-03-11T08:00:00Z",
        "0 0 1 1 *, UTC, 2028-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
    })
    void aFireBehindTheSchedulesNextOneIsMended(String expression, String zone, String waiting, String next) {
        assertThat(mended(expression, zone, at(waiting), null)).isEqualTo(at(next));
    }

    @ParameterizedTest
    @CsvSource({
        "*/5 * * * *, UTC, 2026-03-10T12:05:00Z",
        "0 0 1 * *, UTC, 2026-04-01T00:00:00Z",
        "0 0 1 1 *, Asia/Tokyo, 2026-12-31T15:00:00Z",
        // Due, and perhaps being fired.
        "0 * * * *, UTC, 2026-03-10T12:01:30Z",
        "0 * * * *, UTC, 2026-03-10T09:00:00Z",
        // Earlier than this runtime would have it.
        "0 9 * * *, Europe/Berlin, 2026-03-11T07:00:00Z",
    })
    void theNextOneWhatIsDueAndWhatIsEarlyStays(String expression, String zone, String waiting) {
        assertThat(mended(expression, zone, at(waiting), null)).isNull();
    }

    @Test
    void aFireThatAnExecutionWasMadeForIsNotMadeAgain() {
        Instant made = at("2026-03-10T13:00:00Z");

        assertThat(mended("0 * * * *", "UTC", at("2026-03-10T14:00:00Z"), made)).isNull();
        assertThat(mended("0 * * * *", "UTC", at("2026-03-10T15:00:00Z"), made)).isEqualTo(at("2026-03-10T14:00:00Z"));
        assertThat(mended("0 0 1 * *", "UTC", at("2026-05-01T00:00:00Z"), at("2026-04-01T00:00:00Z")))
                .isNull();
    }

    @Test
    void aClockThatWasAheadForLongKeepsNoCronSilent() {
        assertThat(mended("* * * * *", "UTC", at("2026-03-10T16:00:00Z"), at("2026-03-10T15:59:00Z")))
                .isEqualTo(at("2026-03-10T12:02:00Z"));
    }

    /** By other rules of a zone nine o'clock is at eight or at ten: it is left to the node that says so. */
    @Test
    void whatAnotherJavaMayHaveSaidIsLeftForADay() {
        Instant byOtherRules = at("2026-03-11T09:00:00Z");

        assertThat(mended("0 9 * * *", "Europe/Berlin", byOtherRules, null)).isNull();
        assertThat(mended("0 9 * * *", "Europe/Berlin", byOtherRules.plusSeconds(1), null))
                .as("no zone has it")
                .isEqualTo(at("2026-03-11T08:00:00Z"));
        assertThat(mended("0 9 * * *", "Etc/GMT-1", byOtherRules, null))
                .as("of one rule for ever")
                .isEqualTo(at("2026-03-11T08:00:00Z"));
        assertThat(mended("0 9 * * *", "Europe/Berlin", at("2026-03-12T08:01:00Z"), null))
                .isEqualTo(at("2026-03-11T08:00:00Z"));
    }

    @Test
    void whatIsActiveHasAFireAndNothingElseHas() {
        Timing hourly = new Timing("0 * * * *", "UTC");

        assertThat(new WaitingFire(1, true, hourly, null).mended(NOW, null)).isEqualTo(at("2026-03-10T13:00:00Z"));
        assertThat(new WaitingFire(1, false, hourly, null).mended(NOW, null)).isNull();
        assertThat(new WaitingFire(1, false, hourly, null).isTooMuch()).isFalse();
        assertThat(new WaitingFire(1, false, hourly, NOW).isTooMuch()).isTrue();
        assertThat(new WaitingFire(1, true, hourly, NOW).isTooMuch()).isFalse();
    }

    @Test
    void whatThisRuntimeCannotTellStays() {
        assertThat(mended("0 * * * *", "Europe/Atlantis", at("2030-03-10T13:00:00Z"), null))
                .isNull();
    }

    private static @Nullable Instant mended(
            String expression, String zone, Instant waiting, @Nullable Instant lastMade) {
        return new WaitingFire(1, true, new Timing(expression, zone), waiting).mended(NOW, lastMade);
    }

    private static Instant at(String text) {
        return Instant.parse(text);
    }
}
