package dev.posthaste.system;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RollingRestartIT {
    @Test
    void whileNodesAreReplacedNoCallFailsAndNothingIsLostOrSentTwice() throws Exception {
        try (RollingRestart nodes = new RollingRestart()) {
            nodes.run(50, Duration.ofSeconds(2));
        }
    }
}
