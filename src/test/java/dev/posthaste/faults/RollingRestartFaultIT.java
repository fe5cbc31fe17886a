package dev.posthaste.faults;

import dev.posthaste.system.RollingRestart;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As the test of the same name among the system tests, with four times the load, and with the settings that there are by default. */
class RollingRestartFaultIT {
    @Test
    void whileNodesAreReplacedUnderLoadNoCallFailsAndNothingIsLostOrSentTwice() throws Exception {
        try (RollingRestart nodes = new RollingRestart(Map.of())) {
            nodes.run(200, Duration.ofSeconds(10));
        }
    }
}
