package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {
    private static final String INVALID = "The cron expression is invalid: ";
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "60 * * * *|in the minute field, 60 is not between 0 and 59.",
                "* 24 * * *|in the hour field, 24 is not between 0 and 23.",
                "* * 0 * *|in the day of month field, 0 is not between 1 and 31.",
                "* * 32 * *|in the day of month field, 32 is not between 1 and 31.",
                "* * * 0 *|in the month field, 0 is not between 1 and 12.",
                "* * * 1-13 *|in the month field, 13 is not between 1 and 12.",
                "* * * * 8|in the day of week field, 8 is not between 0 and 7.",
                "99999999999999999999 * * * *|in the minute field, 99999999999999999999 is not between 0 and 59.",
                "1,,2 * * * *|in the minute field, an item of the list is empty.",
                "1, * * * *|in the minute field, an item of the list is empty.",
                "* ,1 * * *|in the hour field, an item of the list is empty.",
                "*/0 * * * *|in the minute field, the step of */0 is not between 1 and 59.",
                "*/90 * * * *|in the minute field, the step of */90 is not between 1 and 59.",
                "* */24 * * *|in the hour field, the step of */24 is not between 1 and 23.",
                "*/ * * * *|in the minute field, the step of */ is not a number.",
                "*/x * * * *|in the minute field, the step of */x is not a number.",
                "*/5/2 * * * *|in the minute field, the step of */5/2 is not a number.",
                "5/15 * * * *|in the minute field, 5/15 has a step without a range; the range may be 5-59.",
                "59/15 * * * *|in the minute field, 59/15 has a step without a range; leave the step out.",
                "* * * * 7/2|in the day of week field, 7/2 has a step without a range; the range may be 0-7.",
                "* * * * SUN/2|in the day of week field, SUN/2 has a step without a range; the range may be 0-7.",
                "* * * * 6/2|in the day of week field, 6/2 has a step without a range; the range may be 6-7.",
                "* 17-9 * * *|in the hour field, the range 17-9 runs backwards.",
                "* * * * 5-0|in the day of week field, the range 5-0 runs backwards.",
                "* * * * SAT-MON|in the day of week field, the range SAT-MON runs backwards.",
                "-5 * * * *|in the minute field, the range -5 has one end only.",
                "5- * * * *|in the minute field, the range 5- has one end only.",
                "1-2-3 * * * *|in the minute field, 2-3 is not a number.",
                "+5 * * * *|in the minute field, +5 is not a number.",
                "1.5 * * * *|in the minute field, 1.5 is not a number.",
                "** * * * *|in the minute field, ** is not a number.",
                "MON * * * *|in the minute field, MON is not a number.",
                "* * * FOO *|in the month field, FOO is neither a number nor one of"
                        + " JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC.",
                "* * * * MONDAY|in the day of week field, MONDAY is neither a number nor one of"
                        + " SUN MON TUE WED THU FRI SAT.",
                "* * ? * *|in the day of month field, ? is not a number; what only Quartz has is not known here.",
                "* * L * *|in the day of month field, L is not a number; what only Quartz has is not known here.",
                "* * 15W * *|in the day of month field, 15W is not a number; what only Quartz has is not known here.",
                "* * * * 5#2|in the day of week field, 5#2 is neither a number nor one of SUN MON TUE WED THU FRI SAT;"
                        + " what only Quartz has is not known here.",
                "* * * *|it has 4 fields in place of five: minute, hour, day of month, month and day of week.",
                "now|it has 1 field in place of five: minute, hour, day of month, month and day of week.",
                "0 0 0 * * *|it has 6 fields in place of five: minute, hour, day of month, month and day of week.",
                "0 0 0 * * * 2026|it has 7 fields in place of five: minute, hour, day of month, month and day of week.",
                "@reboot|of aliases there are @annually @daily @hourly @midnight @monthly @weekly @yearly only.",
                "0 0 30 2 *|it can never fire, because no month of the month field (2) has a day of the day of month"
                        + " field (30).",
                "0 0 31 2,4,6,9,11 *|it can never fire, because no month of the month field (2,4,6,9,11) has a day of"
                        + " the day of month field (31).",
                "0 0 30-31 FEB */2|it can never fire, because no month of the month field (FEB) has a day of the day of"
                        + " month field (30-31).",
                "60 24 * * *|in the minute field, 60 is not between 0 and 59."
            })
    void whatIsWrongIsToldWithItsField(String text, String complaint) {
        assertThatThrownBy(() -> CronExpression.parse(text))
                .isInstanceOf(InvalidCronException.class)
                .hasMessage(INVALID + complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void nothingButBlanksIsMissing(String text) {
        assertThatThrownBy(() -> CronExpression.parse(text)).hasMessage("A cron expression is required.");
        assertThatThrownBy(() -> CronExpression.parse(null)).hasMessage("A cron expression is required.");
    }

    @Test
    void whatIsTooLongIsNotLookedAt() throws InvalidCronException {
        String longest = "* * * * " + "0,".repeat(123) + "0";
        assertThat(longest).hasSize(CronExpression.MAX_CHARACTERS);
        assertThat(CronExpression.parse(longest).text()).isEqualTo(longest);
        assertThatThrownBy(() -> CronExpression.parse(longest + " "))
                .hasMessage("The cron expression field must not be greater than 255 characters.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"* * * * *\n", "\r\n* * * * *", "* * *\n* *"})
    void aLineBreakIsNamed(String text) {
        assertThatThrownBy(() -> CronExpression.parse(text))
                .hasMessage(INVALID + "it has a line break; five fields stand in one line.");
    }

    @Test
    void whatIsLongIsShownCut() {
        assertThatThrownBy(() -> CronExpression.parse("x".repeat(200) + " * * * *"))
                .hasMessage(INVALID + "in the minute field, " + "x".repeat(30) + "… is not a number.");
    }

    @ParameterizedTest
    @CsvSource({"'*\u00a0* * * *', U+00A0", "'* * * * \ud83d\ude00', U+1F600", "'٥ * * * *', U+0665"})
    void whatNoExpressionIsMadeOfIsNamed(String text, String character) {
        assertThatThrownBy(() -> CronExpression.parse(text))
                .hasMessage(INVALID + "it has a character that none has, " + character + ".");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  5\t4  * * *  |5 4 * * *",
                "05 004 * * *|5 4 * * *",
                "0 0 * jan-MAR,Dec *|0 0 * 1-3,12 *",
                "0 0 * * sun|0 0 * * 0",
                "0 0 * * 7|0 0 * * 0",
                "0 0 * * 0,7|0 0 * * 0",
                "0 0 * * FRI-SUN|0 0 * * 5-7",
                "0 0 * * 5-7|0 0 * * 0,5,6",
                "0 0 * * MON-SUN|0 0 * * 0-6",
                "0 0 * * SUN-TUE|0 0 * * 0,1,2",
                "0 0 * * SUN-SUN|0 0 * * 0",
                "0 0 * * 0-7/7|0 0 * * 0",
                "0 0 * * */3|0 0 * * 0,3,6",
                "*/20 * * * *|0,20,40 * * * *",
                "10-30/10,15 * * * *|10,15,20,30 * * * *",
                "0 0 */10 * *|0 0 1,11,21,31 * *",
                "7,*/30 0-23/12 * * *|0,7,30 0,12 * * *",
                "0 0 1 */4 *|0 0 1 1,5,9 *",
                "@hourly|0 * * * *",
                "@daily|0 0 * * *",
                "@Midnight|0 0 * * *",
                "@weekly|0 0 * * 0",
                "@monthly|0 0 1 * *",
                "@YEARLY|0 0 1 1 *",
                "@annually|0 0 1 1 *",
                "0 0 1-31 * 1|0 0 * * *"
            })
    void theseMeanTheSame(String one, String other) throws InvalidCronException {
        assertThat(fires(one, 300)).isEqualTo(fires(other, 300));
        assertThat(CronExpression.parse(one).description())
                .isEqualTo(CronExpression.parse(other).description());
    }

    @Test
    void theSpellingIsKept() throws InvalidCronException {
        assertThat(CronExpression.parse(" 05  4 * * Mon").text()).isEqualTo(" 05  4 * * Mon");
    }

    @Test
    void eitherDayWillDoWhenBothAreRestricted() throws InvalidCronException {
        for (LocalDateTime day : fires("30 4 1,15 * 5", 200)) {
            assertThat(day.getDayOfMonth() == 1 || day.getDayOfMonth() == 15 || day.getDayOfWeek() == DayOfWeek.FRIDAY)
                    .as(day.toString())
                    .isTrue();
        }
        assertThat(fires("30 4 1,15 * 5", 200))
                .contains(LocalDateTime.parse("2026-01-02T04:30"), LocalDateTime.parse("2026-01-15T04:30"));
    }

    @Test
    void bothDaysMustFitWhenOneBeginsWithAnAsterisk() throws InvalidCronException {
        assertThat(fires("0 0 */2 * MON", 100))
                .allMatch(day -> day.getDayOfMonth() % 2 == 1 && day.getDayOfWeek() == DayOfWeek.MONDAY);
        assertThat(fires("0 0 1-7 * */7", 100))
                .allMatch(day -> day.getDayOfMonth() <= 7 && day.getDayOfWeek() == DayOfWeek.SUNDAY);
        assertThat(fires("0 0 2-31/2 * MON", 100))
                .anyMatch(day -> day.getDayOfMonth() % 2 == 1)
                .anyMatch(day -> day.getDayOfWeek() != DayOfWeek.MONDAY);
    }

    @Test
    void aDateThatNeverComesIsNoHarmWhereTheDayOfTheWeekIsEnough() throws InvalidCronException {
        assertThat(fires("0 0 30 2 1", 50)).isEqualTo(fires("0 0 * 2 1", 50));
    }

    @Test
    void theLeapDayComesAfterEightYearsToo() throws InvalidCronException {
        CronSchedule leapDay = schedule("0 0 29 2 *");
        assertThat(leapDay.next(Instant.parse("2096-02-29T00:00:00Z"))).isEqualTo("2104-02-29T00:00:00Z");
        assertThat(schedule("0 0 29 2 */7").next(Instant.parse("2088-03-01T00:00:00Z")))
                .isEqualTo("2128-02-29T00:00:00Z");
    }

    @Test
    void anyTextIsRefusedWithASentenceOrFires() {
        Random random = new Random(42);
        String alphabet = "0123456789012345*****//,,--?LW#@ MONjan";
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int field = 0; field < 5; field++) {
                for (int length = 1 + random.nextInt(3); length > 0; length--) {
                    text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                text.append(' ');
            }
            try {
                CronSchedule schedule = schedule(text.toString());
                assertThat(schedule.next(START)).isAfter(START);
                assertThat(schedule.expression().description()).matches("(Every|At) [A-Za-z0-9:, ]+");
                accepted++;
            } catch (InvalidCronException e) {
                assertThat(e.sentence()).startsWith(INVALID).endsWith(".").hasSizeLessThan(250);
            }
        }
        assertThat(accepted).isPositive();
    }

    private static List<LocalDateTime> fires(String text, int count) throws InvalidCronException {
        CronSchedule schedule = schedule(text);
        List<LocalDateTime> fires = new ArrayList<>();
        Instant at = START;
        for (int i = 0; i < count; i++) {
            at = schedule.next(at);
            fires.add(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
        }
        return fires;
    }

    private static CronSchedule schedule(String text) throws InvalidCronException {
        return CronSchedule.of(CronExpression.parse(text), ZoneOffset.UTC);
    }
}
