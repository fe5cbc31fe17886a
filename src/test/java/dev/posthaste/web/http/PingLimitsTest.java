package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PingLimitsTest {
    private static final String HERE = "203.0.113.1";
    private static final byte[] SECRET = {1};
    private static final byte[] OTHER = {2};

    private final AtomicLong nanos = new AtomicLong();
    private final PingLimits limits = new PingLimits(3, nanos::get);

    @Test
    void oneSecretPingsSoOftenInAMinuteAndOthersAreNotHeldUp() {
        for (int i = 0; i < PingLimits.MAX_OF_SECRET; i++) {
            limits.mustPass(HERE, SECRET);
            limits.noteKnown(SECRET);
        }

        assertThatThrownBy(() -> limits.mustPass(HERE, SECRET)).hasMessage("Too many pings. Try again later.");
        assertThatCode(() -> limits.mustPass(HERE, OTHER)).doesNotThrowAnyException();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThatCode(() -> limits.mustPass(HERE, SECRET)).doesNotThrowAnyException();
    }

    @Test
    void whoGuessesIsSlowedDownAndWhoWasKnownLatelyIsNot() {
        limits.noteKnown(SECRET);
        for (int i = 0; i < 3; i++) {
            limits.mustPass(HERE, OTHER);
            limits.noteUnknown(HERE);
        }

        assertThatThrownBy(() -> limits.mustPass(HERE, OTHER)).isInstanceOf(ApiException.class);
        assertThatCode(() -> limits.mustPass(HERE, SECRET)).doesNotThrowAnyException();
        assertThatCode(() -> limits.mustPass("203.0.113.2", OTHER)).doesNotThrowAnyException();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThatCode(() -> limits.mustPass(HERE, OTHER)).doesNotThrowAnyException();
    }

    @Test
    void withoutABoundNobodyIsSlowedDown() {
        PingLimits open = new PingLimits(0, nanos::get);
        for (int i = 0; i < 100; i++) {
            open.noteUnknown(HERE);
        }

        assertThatCode(() -> open.mustPass(HERE, OTHER)).doesNotThrowAnyException();
    }
}
