package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
    private static final int SECONDS = 80;

    /** Were there no limit, they would come at once: the rule finds that, whatever the seed. */
    @ParameterizedTest
    @ValueSource(ints = {15, 25, 30, 100})
    void theRateIsExceededInEachRunUnlessTheLimitHolds(int rate) throws IOException {
        List<Integer> bursts = bursts(rate);
        int limit = limit(rate);

        assertThat(bursts).hasSizeGreaterThan(2);
        Story story = new Story();
        story.gate(new GateLimit("q", null, limit));
        for (int i = 0; i < bursts.get(0); i++) {
            story.push(i + 1).cameAt(10 + i * 0.5 / bursts.get(0));
        }
        assertThat(story.breaches()).anyMatch(breach -> breach.startsWith("few enough a second"));
    }

    /** Nothing is left over when the next one comes, though a quarter of it should be sent again. */
    @ParameterizedTest
    @ValueSource(ints = {15, 25, 30, 100})
    void theQueueWithARateIsEmptyAgainBeforeTheNextBurst(int rate) throws IOException {
        int jobs = bursts(rate).stream().mapToInt(Integer::intValue).sum();

        assertThat(1.25 * jobs).isLessThan((double) limit(rate) * SECONDS);
    }

    @Test
    void aPushIsOfAsManyJobsOnAverageAsItSays() throws IOException {
        try (Receiver receiver = new Receiver(new Senders(), new Recorder())) {
            Workload workload = new Workload(1, receiver, 30);
            double jobs = Stream.generate(workload::next)
                    .limit(20_000)
                    .mapToInt(Workload.Order::jobs)
                    .average()
                    .orElseThrow();

            assertThat(jobs).isBetween(0.95 * workload.jobsOfAPush(), 1.05 * workload.jobsOfAPush());
        }
    }

    private static int limit(int rate) throws IOException {
        try (Receiver receiver = new Receiver(new Senders(), new Recorder())) {
            return new Workload(1, receiver, rate)
                    .gates().stream()
                            .filter(gate -> gate.queue().equals(Workload.RATED))
                            .map(GateLimit::maxPerSecond)
                            .findFirst()
                            .orElseThrow();
        }
    }

    /** How many jobs each push for the queue with a rate has, in a run of a minute or so. */
    private static List<Integer> bursts(int rate) throws IOException {
        try (Receiver receiver = new Receiver(new Senders(), new Recorder())) {
            Workload workload = new Workload(1, receiver, rate);
            return Stream.generate(workload::next)
                    .limit((long) (SECONDS * rate / workload.jobsOfAPush()))
                    .filter(order -> order.body().contains("\"queue\": \"" + Workload.RATED + "\""))
                    .map(Workload.Order::jobs)
                    .toList();
        }
    }
}
