package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ten years of fires in zones of every kind, against a search of every minute. */
class CronScheduleOracleTest {
    private static final long SEED = 20260410;
    private static final int ALL_OF_THEM = 4000;
    private static final int AROUND_A_CHANGE = 30 * 60;
    private static final int RANDOM_LOOKS = 400;
    private static final int RANDOM_EXPRESSIONS = 25;

    private static final List<String> EXPRESSIONS = List.of(
            "* * * * *",
            "*/5 * * * *",
            "*/7 * * * *",
            "0 * * * *",
            "30 * * * *",
            "15,45 * * * *",
            "0 */2 * * *",
            "30 */3 * * *",
            "*/20 2 * * *",
            "* 1-3 * * *",
            "0-59 0-23 * * *",
            "0-59/10 1-3 * * *",
            "0 0 * * *",
            "1 0 * * *",
            "59 23 * * *",
            "30 1 * * *",
            "45 1 * * *",
            "0 2 * * *",
            "15 2 * * *",
            "30 2 * * *",
            "59 2 * * *",
            "0 3 * * *",
            "1 3 * * *",
            "0,30 1-3 * * *",
            "10 2,3 * * 0",
            "30 2 * 3,10 *",
            "30 2 25-31 3 0",
            "30 2 29 3 *",
            "15 2 1-7 10,4 7",
            "0 12 * * 1-5",
            "0 9-17 * * 1-5",
            "0 0 1 * *",
            "0 0 31 * *",
            "0 0 29 2 *",
            "0 0 1,15 * 5",
            "0 0 */2 * 1",
            "0 0 1-7 * */7",
            "0 0 13 * 5",
            "0 0 1 1 *",
            "*/15 2,3 * 2-4 *",
            "0 4 * * 5-7",
            "30 2 * * */2");

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 20",
        "America/New_York, 20",
        "Australia/Lord_Howe, 20",
        "Africa/Casablanca, 22",
        "Asia/Kolkata, 0"
    })
    void everyFireIsWhereASearchOfEveryMinuteFindsIt(String name, int changes) throws InvalidCronException {
        ZoneId zone = ZoneId.of(name);
        BruteForce search = new BruteForce(zone);
        assertThat(search.jumps().cardinality()).isEqualTo(changes);
        Random random = new Random(SEED);
        for (String expression : expressions(zone, random)) {
            CronSchedule schedule = CronSchedule.of(CronExpression.parse(expression), zone);
            BitSet fires = search.fires(expression);
            if (fires.cardinality() <= ALL_OF_THEM) {
                compareAll(schedule, fires, 0, BruteForce.MINUTES);
            }
            for (int jump = search.jumps().nextSetBit(0);
                    jump >= 0;
                    jump = search.jumps().nextSetBit(jump + 1)) {
                compareAll(schedule, fires, jump - AROUND_A_CHANGE, jump + AROUND_A_CHANGE);
                for (int minute = jump - 70; minute < jump + 70; minute += 1 + random.nextInt(9)) {
                    compareNext(schedule, fires, BruteForce.at(minute).plusMillis(random.nextInt(60_000)));
                }
                compareLast(schedule, fires, jump - random.nextInt(AROUND_A_CHANGE), jump + random.nextInt(200));
                compareLast(schedule, fires, jump - random.nextInt(200), jump - 100 + random.nextInt(200));
            }
            for (int i = 0; i < RANDOM_LOOKS; i++) {
                int minute = random.nextInt(BruteForce.MINUTES);
                compareNext(schedule, fires, BruteForce.at(minute).plusMillis(random.nextInt(60_000)));
                compareLast(schedule, fires, minute - random.nextInt(i * i + 1), minute);
            }
        }
    }

    private static List<String> expressions(ZoneId zone, Random random) {
        List<String> all = new ArrayList<>(EXPRESSIONS);
        RandomExpressions more = new RandomExpressions(random);
        while (all.size() < EXPRESSIONS.size() + RANDOM_EXPRESSIONS) {
            String expression = more.next();
            try {
                CronSchedule.of(CronExpression.parse(expression), zone);
                all.add(expression);
            } catch (InvalidCronException e) {
                assertThat(e).hasMessageContaining("can never fire");
            }
        }
        return all;
    }

    private static void compareAll(CronSchedule schedule, BitSet fires, int from, int to) {
        Instant at = BruteForce.at(from - 1);
        for (int minute = fires.nextSetBit(from); minute >= 0 && minute < to; minute = fires.nextSetBit(minute + 1)) {
            Instant next = schedule.next(at);
            if (!next.equals(BruteForce.at(minute))) {
                assertThat(next).as(schedule + " after " + at).isEqualTo(BruteForce.at(minute));
            }
            at = next;
        }
    }

    private static void compareNext(CronSchedule schedule, BitSet fires, Instant after) {
        int next = fires.nextSetBit(BruteForce.minuteOf(after) + 1);
        if (next >= 0) {
            assertThat(schedule.next(after)).as(schedule + " after " + after).isEqualTo(BruteForce.at(next));
        }
    }

    private static void compareLast(CronSchedule schedule, BitSet fires, int from, int to) {
        if (from < 0 || to >= BruteForce.MINUTES) {
            return;
        }
        int last = fires.previousSetBit(to);
        Optional<Instant> expected = last > from ? Optional.of(BruteForce.at(last)) : Optional.empty();
        assertThat(schedule.lastBetween(BruteForce.at(from), BruteForce.at(to).plusMillis(59_999)))
                .as(schedule + " from " + BruteForce.at(from) + " to " + BruteForce.at(to))
                .isEqualTo(expected);
        assertThat(schedule.lastBetween(BruteForce.at(from), BruteForce.at(to))).isEqualTo(expected);
    }
}
