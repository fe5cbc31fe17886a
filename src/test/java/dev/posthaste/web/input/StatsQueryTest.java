package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.stats.StatsRange;
import dev.posthaste.stats.StatsStep;
import dev.posthaste.web.http.Errors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatsQueryTest {
    private static final Instant NOW = Instant.parse("2026-05-05T09:41:17Z");

    private final StatsQuery query = new StatsQuery(() -> NOW);
    private final Errors errors = new Errors();

    @Test
    void withoutAnythingItIsTheLastHourByTheMinute() {
        StatsRange range = read(null, null, null);

        assertThat(range.step()).isEqualTo(StatsStep.MINUTE);
        assertThat(range.from()).isEqualTo("2026-05-05T08:41:00Z");
        assertThat(range.to()).isEqualTo("2026-05-05T09:42:00Z");
    }

    @Test
    void byTheHourItIsADayAndByTheDayThirty() {
        assertThat(read(null, null, "3600").from()).isEqualTo("2026-05-04T09:00:00Z");
        assertThat(read("", " ", "86400").from()).isEqualTo("2026-04-05T00:00:00Z");
        assertThat(read(null, null, "86400").points()).isEqualTo(31);
    }

    @Test
    void withAnEndOnlyItIsWhatWasBeforeIt() {
        StatsRange range = read(null, "2026-05-05T08:00:00Z", "3600");

        assertThat(range.from()).isEqualTo("2026-05-04T08:00:00Z");
        assertThat(range.to()).isEqualTo("2026-05-05T08:00:00Z");
    }

    /** As answers spell it, put into a query string as it is. */
    @Test
    void aPlusThatIsNotEncodedIsRead() {
        assertThat(read("2026-05-05T09:30:00 00:00", null, null).from()).isEqualTo("2026-05-05T09:30:00Z");
        assertThat(read("2026-05-05T11:30:00+02:00", null, null).from()).isEqualTo("2026-05-05T09:30:00Z");
    }

    @Test
    void whatIsToComeIsNotTold() {
        assertThat(read(null, "2999-01-01T00:00:00Z", null).to()).isEqualTo("2026-05-05T09:42:00Z");
        assertThat(read("2026-05-05T09:00:00Z", "+999999999-12-31T00:00:00Z", null)
                        .to())
                .isEqualTo("2026-05-05T09:42:00Z");
    }

    @Test
    void allThatIsWrongIsSaid() {
        assertThat(wrong("yesterday", "2026-05-05", "61")).containsOnlyKeys("from", "to", "step");
    }

    @Test
    void onlyThreeStepsAreKnown() {
        for (String step : List.of("0", "-60", "60.0", "120", "+60", "9999999999999999999", "day")) {
            assertThat(wrong(null, null, step))
                    .as(step)
                    .containsEntry("step", List.of("The step field must be 60, 3600 or 86400."));
        }
    }

    @Test
    void theBeginningIsBeforeTheEndAndBeforeNow() {
        assertThat(wrong("2026-05-05T09:00:00Z", "2026-05-05T09:00:00Z", null)).containsOnlyKeys("from");
        assertThat(wrong("2026-05-05T09:00:01Z", "2026-05-05T09:00:00Z", null)).containsOnlyKeys("from");
        assertThat(wrong("2026-05-06T00:00:00Z", null, null)).containsOnlyKeys("from");
    }

    @Test
    void thereAreNotMoreThanSoManyPoints() {
        assertThat(read("2026-03-04T00:00:00Z", null, "3600").points()).isLessThanOrEqualTo(1_500);
        assertThat(read("2026-05-04T09:00:00Z", null, "60").points()).isLessThanOrEqualTo(1_500);
        assertThat(wrong("2026-03-03T00:00:00Z", null, "3600").toString()).contains("1500 steps");
        assertThat(wrong("-999999999-01-01T00:00:00Z", null, "86400")).containsOnlyKeys("from");
    }

    /** The database knows no time before 4713 BC. */
    @Test
    void nothingIsToldOfWhatWasBeforeItAll() {
        assertThat(wrong("-5000-01-01T00:00:00Z", "-5000-06-01T00:00:00Z", "86400"))
                .containsEntry("from", List.of("The from field must not be before 1970."));
        assertThat(wrong(null, "1969-12-31T00:00:00Z", "3600")).containsOnlyKeys("from");
    }

    @Test
    void minutesOfMoreThanADayAgoAreNotThere() {
        assertThat(wrong("2026-05-04T08:59:00Z", "2026-05-04T10:00:00Z", "60")).containsOnlyKeys("from");
        assertThat(read("2026-05-04T09:00:00Z", "2026-05-04T10:00:00Z", "60").points())
                .isEqualTo(60);
    }

    private StatsRange read(@Nullable String from, @Nullable String to, @Nullable String step) {
        StatsRange range = query.range(from, to, step, errors);
        assertThat(errors.isEmpty()).as("%s", errors.body()).isTrue();
        return Objects.requireNonNull(range);
    }

    @SuppressWarnings("unchecked")
    private Map<String, List<String>> wrong(@Nullable String from, @Nullable String to, @Nullable String step) {
        Errors found = new Errors();
        assertThat(query.range(from, to, step, found)).isNull();
        return (Map<String, List<String>>) Objects.requireNonNull(found.body().get("errors"));
    }
}
