package dev.posthaste.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads what nodes tell of all that has happened since the run began. Thread-safe. */
final class StatsReading {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Nodes write every ten seconds what has happened; a busy machine takes its time for it. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(40);

    private final Cluster cluster;
    private final String path = "/api/stats?step=60&from="
            + Instant.now().minus(Duration.ofMinutes(2)).truncatedTo(ChronoUnit.SECONDS);

    StatsReading(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What a node tells; empty when it does not answer, or says that it cannot. */
    Optional<Counters> of(ChaosNode node) throws InterruptedException {
        try {
            HttpResponse<String> answer = Calls.get(node.port(), path);
            return answer.statusCode() == 200
                    ? Optional.of(Counters.of(JSON.readTree(answer.body())))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(path, e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What each node tells when all has been written, or when the time for that is over; none of one that does not answer. */
    List<Counters> whenWritten(Counters due) throws InterruptedException {
        Instant until = Instant.now().plus(WRITTEN_WITHIN);
        List<Counters> told = List.of();
        while (!isTold(told, due) && Instant.now().isBefore(until)) {
            TimeUnit.MILLISECONDS.sleep(500);
            told = new ArrayList<>();
            for (ChaosNode node : cluster.nodes()) {
                told.add(of(node).orElse(Counters.NONE));
            }
        }
        return told;
    }

    private boolean isTold(List<Counters> told, Counters due) {
        return told.size() == cluster.nodes().size() && told.stream().allMatch(due::equals);
    }
}
