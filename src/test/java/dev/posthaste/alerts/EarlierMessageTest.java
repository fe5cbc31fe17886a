package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EarlierMessageTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(60);

    @Test
    void whatHasArrivedHoldsUpTheNextOneForTheRestOfAWindow() {
        assertThat(until(NOW.minusSeconds(20))).contains(NOW.plusSeconds(40));
        assertThat(until(NOW.minusSeconds(60))).isEmpty();
        assertThat(until(null)).isEmpty();
    }

    @Test
    void whatHasArrivedBeforeTheClockWasSetBackHoldsUpTheNextOneForAWindowOnly() {
        assertThat(until(NOW.plusSeconds(86_400))).contains(NOW.plus(WINDOW));
    }

    private static Optional<Instant> until(@Nullable Instant deliveredAt) {
        return new AlertMessageDao.Earlier(1, deliveredAt == null, NOW, null, deliveredAt, WINDOW, NOW).holdsUpUntil();
    }
}
