package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Two minutes of {@code make chaos}, in which each kind of fault is done. */
class ChaosIT {
    private static final Duration LENGTH = Duration.ofMinutes(2);
    private static final int RATE = 15;

    /** Other builds may use the machine. */
    private static final int JUDGED_PERCENT = 10;

    private static final Duration RECORDING = Duration.ofSeconds(2);

    @Test
    void whatIsPromisedIsKeptWhateverIsDoneToNodesLinesAndDatabase() throws Exception {
        int seed = ThreadLocalRandom.current().nextInt(1_000_000);
        ChaosOptions options = new ChaosOptions(
                LENGTH,
                seed,
                RATE,
                Allowances.DEFAULT.withJudged(JUDGED_PERCENT).withRecording(RECORDING));

        ChaosRun.Outcome outcome = new ChaosRun(options, System.out::println).run();

        Path kept = Path.of("target", "chaos-it-" + seed).toAbsolutePath();
        if (!outcome.breaches().isEmpty()) {
            outcome.write(kept);
        }
        assertThat(outcome.history().pushes()).isNotEmpty();
        assertThat(outcome.history().pauses()).isNotEmpty();
        assertThat(outcome.history().faults()).extracting(Fault::kind).contains(FaultKind.values());
        assertThat(outcome.breaches())
                .as(
                        "seed %s; what happened is in %s, and the logs of the nodes are beside the test's report",
                        seed, kept)
                .isEmpty();
    }
}
