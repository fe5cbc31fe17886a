package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronScheduleTest {
    private static final long SEED = 7;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Forward from 02:00 to 03:00 on 29 March, back from 03:00 to 02:00 on 25 October.
                "30 2 * * *|Europe/Berlin|2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00",
                "0,20,40 2 * * *|Europe/Berlin|2026-03-28T02:40+01:00 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00",
                "0 2,3 * * *|Europe/Berlin|2026-03-28T03:00+01:00 2026-03-29T03:00+02:00 2026-03-30T02:00+02:00",
                "0 3 * * *|Europe/Berlin|2026-03-28T03:00+01:00 2026-03-29T03:00+02:00 2026-03-30T03:00+02:00",
                "30 2 29 3 *|Europe/Berlin|2025-03-29T02:30+01:00 2026-03-29T03:00+02:00 2027-03-29T02:30+02:00",
                "0-59 0-23 * * *|Europe/Berlin|2026-03-29T01:59+01:00 2026-03-29T03:00+02:00 2026-03-29T03:01+02:00",
                "30 2 * * *|Europe/Berlin|2026-10-24T02:30+02:00 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00",
                "0 2 * * *|Europe/Berlin|2026-10-24T02:00+02:00 2026-10-25T02:00+02:00 2026-10-26T02:00+01:00",
                "0 3 * * *|Europe/Berlin|2026-10-24T03:00+02:00 2026-10-25T03:00+01:00 2026-10-26T03:00+01:00",
                "0,30 2-3 * * *|Europe/Berlin|2026-10-25T02:30+02:00 2026-10-25T03:00+01:00 2026-10-25T03:30+01:00",
                "0-59 0-23 * * *|Europe/Berlin|2026-10-25T02:59+02:00 2026-10-25T03:00+01:00 2026-10-25T03:01+01:00",
                // Wildcards go by the clock.
                "*/30 * * * *|Europe/Berlin|2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00",
                "30 * * * *|Europe/Berlin|2026-03-29T01:30+01:00 2026-03-29T03:30+02:00 2026-03-29T04:30+02:00",
                "30 */2 * * *|Europe/Berlin|2026-03-29T00:30+01:00 2026-03-29T04:30+02:00 2026-03-29T06:30+02:00",
                "*/40 2 * * *|Europe/Berlin|2026-03-28T02:40+01:00 2026-03-30T02:00+02:00 2026-03-30T02:40+02:00",
                "30 * * * *|Europe/Berlin|2026-10-25T02:30+02:00 2026-10-25T02:30+01:00 2026-10-25T03:30+01:00",
                "*/40 2 * * *|Europe/Berlin|2026-10-25T02:40+02:00 2026-10-25T02:00+01:00 2026-10-25T02:40+01:00",
                // Half an hour.
                "15 2 * * *|Australia/Lord_Howe|2026-10-03T02:15+10:30 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00",
                "45 1 * * *|Australia/Lord_Howe|2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30",
                "45 * * * *|Australia/Lord_Howe|2026-04-05T01:45+11:00 2026-04-05T01:45+10:30 2026-04-05T02:45+10:30",
                // Ramadan: back when it begins, forward when it has ended.
                "30 2 * * *|Africa/Casablanca|2026-02-14T02:30+01:00 2026-02-15T02:30+01:00 2026-02-16T02:30+00:00",
                "30 2 * * *|Africa/Casablanca|2026-03-21T02:30+00:00 2026-03-22T03:00+01:00 2026-03-23T02:30+01:00",
                // At midnight, so that a day has none.
                "0 0 * * *|America/Santiago|2026-09-05T00:00-04:00 2026-09-06T01:00-03:00 2026-09-07T00:00-03:00",
                // A day that never was.
                "0 12 * * *|Pacific/Apia|2011-12-29T12:00-10:00 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00",
                "0 12 30 * *|Pacific/Apia|2011-11-30T12:00-10:00 2011-12-31T00:00+14:00 2012-01-30T12:00+14:00",
                "0 * * * *|Pacific/Apia|2011-12-29T23:00-10:00 2011-12-31T00:00+14:00 2011-12-31T01:00+14:00",
                // A day that was twice.
                "0 12 * * *|Pacific/Kwajalein|1969-09-30T12:00+11:00 1969-10-01T12:00-12:00 1969-10-02T12:00-12:00",
            })
    void theseFiresFollowOnEachOther(String expression, String zone, String fires) throws Exception {
        CronSchedule schedule = schedule(expression, zone);
        Instant[] instants = Arrays.stream(fires.split(" ", -1))
                .map(fire -> OffsetDateTime.parse(fire).toInstant())
                .toArray(Instant[]::new);

        assertThat(schedule.next(instants[0].minusMillis(1))).isEqualTo(instants[0]);
        for (int i = 1; i < instants.length; i++) {
            assertThat(schedule.next(instants[i - 1])).isEqualTo(instants[i]);
            assertThat(schedule.next(instants[i].minusMillis(1))).isEqualTo(instants[i]);
            assertThat(schedule.lastBetween(instants[0], instants[i])).contains(instants[i]);
            assertThat(schedule.lastBetween(instants[0].minusMillis(1), instants[i].minusMillis(1)))
                    .contains(instants[i - 1]);
            assertThat(schedule.lastBetween(instants[i - 1], instants[i].minusMillis(1)))
                    .isEmpty();
        }
    }

    @Test
    void whoAsksWithinTheRepeatedHourIsToldTheNextDay() throws Exception {
        Instant withinTheSecond = Instant.parse("2026-10-25T01:10:00Z");
        assertThat(schedule("30 2 * * *", "Europe/Berlin").next(withinTheSecond))
                .isEqualTo("2026-10-26T01:30:00Z");
        assertThat(schedule("30 * * * *", "Europe/Berlin").next(withinTheSecond))
                .isEqualTo("2026-10-25T01:30:00Z");
        assertThat(schedule("30 2 * * *", "Europe/Berlin")
                        .lastBetween(Instant.EPOCH, withinTheSecond.plusSeconds(3000)))
                .contains(Instant.parse("2026-10-25T00:30:00Z"));
    }

    @Test
    void theLastOfAYearOfMinutesIsFoundAtOnce() throws Exception {
        CronSchedule schedule = schedule("* * * * *", "Europe/Berlin");
        Instant to = Instant.parse("2027-05-05T05:05:05Z");
        for (int i = 0; i < 200_000; i++) {
            assertThat(schedule.lastBetween(to.minus(Duration.ofDays(365)), to.plusSeconds(i)))
                    .contains(Instant.ofEpochSecond((to.getEpochSecond() + i) / 60 * 60));
        }
    }

    @Test
    void anEmptyStretchOfTimeHasNoFire() throws Exception {
        CronSchedule schedule = schedule("* * * * *", "UTC");
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(schedule.lastBetween(at, at)).isEmpty();
        assertThat(schedule.lastBetween(at.plusSeconds(60), at)).isEmpty();
        assertThat(schedule.lastBetween(at.minusNanos(1), at)).contains(at);
    }

    @Test
    void aWildcardWhoseTimesTheClockAlwaysSkipsCanNeverFire() throws Exception {
        CronExpression onTheSundayOfTheChange = CronExpression.parse("*/5 2 28 3 */7");
        assertThatThrownBy(() -> CronSchedule.of(onTheSundayOfTheChange, ZoneId.of("Europe/Berlin")))
                .isInstanceOf(InvalidCronException.class)
                .hasMessage(
                        "The cron expression is invalid: it can never fire in Europe/Berlin, where the clock skips each"
                                + " minute that it names.");
        assertThat(CronSchedule.of(onTheSundayOfTheChange, ZoneId.of("America/New_York"))
                        .next(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo("2027-03-28T06:00:00Z");
        assertThat(schedule("0 2 28 3 */7", "Europe/Berlin").next(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo("2027-03-28T01:00:00Z");
    }

    @Test
    void whateverTheZoneAndTheYearTheNextOneIsLaterAndTheLastOneBeforeItIsTheOneBefore() throws Exception {
        Random random = new Random(SEED);
        RandomExpressions expressions = new RandomExpressions(random);
        String[] zones = ZoneId.getAvailableZoneIds().stream().sorted().toArray(String[]::new);
        long first = Instant.parse("1900-01-01T00:00:00Z").getEpochSecond();
        long seconds = Duration.ofDays(250 * 365).toSeconds();
        for (int i = 0; i < 3000; i++) {
            Optional<CronSchedule> found = scheduleIfAny(expressions.next(), zones[random.nextInt(zones.length)]);
            if (found.isEmpty()) {
                continue;
            }
            CronSchedule schedule = found.get();
            Instant start = Instant.ofEpochSecond(first + (long) (random.nextDouble() * seconds), random.nextInt());
            Instant at = start;
            for (int n = 0; n < 20; n++) {
                Instant next = schedule.next(at);
                assertThat(next).as(schedule + " after " + at).isAfter(at);
                assertThat(schedule.next(at.plus(Duration.between(at, next).dividedBy(2))))
                        .isEqualTo(next);
                assertThat(schedule.lastBetween(at, next)).contains(next);
                assertThat(schedule.lastBetween(at, next.minusNanos(1)))
                        .as(schedule + " after " + at)
                        .isEmpty();
                assertThat(schedule.lastBetween(start, next.plusNanos(1))).contains(next);
                at = next;
            }
        }
    }

    private static Optional<CronSchedule> scheduleIfAny(String expression, String zone) {
        try {
            return Optional.of(schedule(expression, zone));
        } catch (InvalidCronException e) {
            return Optional.empty();
        }
    }

    private static CronSchedule schedule(String expression, String zone) throws InvalidCronException {
        return CronSchedule.of(CronExpression.parse(expression), ZoneId.of(zone));
    }
}
