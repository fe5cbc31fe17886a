package dev.posthaste.system;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RollingRestartIT {
    /** Twice and a half the default: whoever asks has a test's machine. */
    private static final Map<String, String> LATE_CLIENT = Map.of("POSTHASTE_ANNOUNCE_STOP", "5s");

    @Test
    void whileNodesAreReplacedNoCallFailsAndNothingIsLostOrSentTwice() throws Exception {
        try (RollingRestart nodes = new RollingRestart(LATE_CLIENT)) {
            nodes.run(50, Duration.ofSeconds(2));
        }
    }
}
