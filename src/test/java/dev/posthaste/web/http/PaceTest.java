package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Pace pace = new Pace(64 * 1024, Duration.ofSeconds(10));

    @Test
    void whoKeepsThePaceMayGoOnForEver() {
        for (int i = 0; i < 10_000; i++) {
            pace.passed(64 * 1024, SECOND);
        }

        assertThat(pace.isTooSlow()).isFalse();
    }

    @Test
    void whoSendsAByteASecondIsTooSlowAfterTheSlack() {
        for (int i = 0; i < 10; i++) {
            pace.passed(1, SECOND);
        }
        assertThat(pace.isTooSlow()).isFalse();

        pace.passed(1, SECOND);
        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void whoWasFastBeforeHasNoLongerThanTheSlack() {
        pace.passed(64L * 1024 * 1_000, SECOND);

        pace.passed(1, 11 * SECOND);

        assertThat(pace.isTooSlow()).isTrue();
    }
}
