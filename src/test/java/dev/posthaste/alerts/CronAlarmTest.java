package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.recurring.HeldCron;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cron's ends are {@code f} for a failure and {@code s} for a success. */
class CronAlarmTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            s,     1, 0, false, -
            f,     1, 0, false, warning1 failure1
            ff,    1, 0, false, warning1 failure1
            fs,    1, 0, false, warning1 failure1 recovery2
            fss,   1, 0, false, warning1 failure1 recovery2
            f,     2, 0, false, warning1
            fs,    2, 0, false, warning1
            ff,    2, 0, false, warning1 failure2
            ffff,  3, 0, false, warning1 failure3
            ffs,   2, 0, false, warning1 failure2 recovery3
            f,     2, 1, false, failure1
            f,     3, 2, false, failure1
            f,     3, 1, true,  -
            s,     3, 1, true,  recovery1
            f,     1, 2, false, failure1
            ffsff, 2, 0, false, warning1 failure2 recovery3 warning4 failure5
            """)
    void eachCrossingIsToldOnce(String ends, int threshold, int failures, boolean isAlerted, String told) {
        CronAlarm alarm = new CronAlarm(new HeldCron(7, 1, "nightly", threshold, failures, isAlerted));

        for (int i = 0; i < ends.length(); i++) {
            alarm.ended(new ExecutionEnd(7, i + 1, ends.charAt(i) == 'f' ? FailureReason.TIMEOUT : null));
        }

        List<Crossing> crossings = alarm.crossings();
        assertThat(crossings.stream()
                        .map(one -> one.type().contractName() + one.eventId())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(told == null ? "" : told);
        assertThat(crossings).allMatch(one -> (one.failureReason() == null) == (one.type() == AlertType.RECOVERY));
    }
}
