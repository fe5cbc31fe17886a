package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.ExecutionStatus;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CronEndTest {
    @Test
    void failuresAddUp() {
        assertThat(failed(1).and(failed(2)).and(failed(3)))
                .isEqualTo(new CronEnd(7, ExecutionStatus.FAILED, at(3), 3, false));
    }

    @Test
    void aSuccessForgetsTheFailuresBeforeItOnly() {
        assertThat(failed(1).and(succeeded(2))).isEqualTo(new CronEnd(7, ExecutionStatus.COMPLETED, at(2), 0, true));
        assertThat(failed(1).and(succeeded(2)).and(failed(3)).and(failed(4)))
                .isEqualTo(new CronEnd(7, ExecutionStatus.FAILED, at(4), 2, true));
        assertThat(failed(1).and(succeeded(2).and(failed(3))))
                .isEqualTo(new CronEnd(7, ExecutionStatus.FAILED, at(3), 1, true));
    }

    private static CronEnd failed(int second) {
        return CronEnd.of(7, false, at(second));
    }

    private static CronEnd succeeded(int second) {
        return CronEnd.of(7, true, at(second));
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
