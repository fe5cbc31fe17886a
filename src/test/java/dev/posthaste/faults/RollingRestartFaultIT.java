package dev.posthaste.faults;

import dev.posthaste.DeliveryConfig;
import dev.posthaste.system.RollingRestart;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As the test of the same name among the system tests, with four times the load, and with the settings that there are by default. */
class RollingRestartFaultIT {
    /** The servers of tests announce nothing, unless they are told to. */
    private static final Map<String, String> DEFAULT = Map.of(
            "POSTHASTE_ANNOUNCE_STOP", new DeliveryConfig().announceStop().toMillis() + "ms");

    @Test
    void whileNodesAreReplacedUnderLoadNoCallFailsAndNothingIsLostOrSentTwice() throws Exception {
        try (RollingRestart nodes = new RollingRestart(DEFAULT)) {
            nodes.run(200, Duration.ofSeconds(10));
        }
    }
}
