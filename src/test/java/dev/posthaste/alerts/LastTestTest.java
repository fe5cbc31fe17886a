package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.alerts.ChannelTestDao.LastTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LastTestTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** "Retry-After: 0" has whoever heeds it refused again. */
    @Test
    void whoHasToWaitIsToldToForMoreThanNothing() {
        assertThat(new LastTest(false, MINUTE).wait(MINUTE)).isEmpty();
        assertThat(new LastTest(false, MINUTE.plusMillis(1)).wait(MINUTE)).isEmpty();
        assertThat(new LastTest(false, MINUTE.minusMillis(1)).wait(MINUTE)).hasValue(Duration.ofMillis(1));
    }
}
