package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a queue feels while another one's receiver takes ten seconds for each of 2,000 answers. */
final class SlowAnswers implements Measure {
    private static final int IN_FLIGHT = 2_000;
    private static final int SLOTS = 4_096;
    private static final int PER_SECOND = 300;

    private static final int MAX_WARM_UPS = 8;

    @Override
    public String name() {
        return "slow";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        laboratory.endService();
        PooledDatabase database = laboratory.database().create("server_posthaste_slow");
        ReceiverProcess receiver = laboratory.receiver();
        List<Double> tails = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start("server", database, SLOTS);
                ApiClient client = new ApiClient(server, 8)) {
            PacedJobs jobs = new PacedJobs(client, receiver);
            new WarmUp(laboratory, MAX_WARM_UPS).run("Posthaste", server.process(), jobs::asFastAsItGoes);
            for (int round = 1; round <= laboratory.options().rounds(); round++) {
                receiver.reset();
                client.pushMany(ApiClient.job("slow", receiver.url("/slow/10000"), Instant.now()), IN_FLIGHT);
                receiver.awaitRequests(IN_FLIGHT);
                jobs.push("fast", PER_SECOND, Duration.ofSeconds(5));
                List<Double> sorted = receiver.lateness("fast");
                tails.add(Percentile.of(sorted, 99));
                laboratory.say("  round %d  %s", round, Percentile.summary(sorted));
                Awaited.until("the slow answers to end", Duration.ofMillis(200), () -> pending(database) == 0);
            }
        }
        Figure tail = new Figure("Posthaste", "ms", tails);
        return List.of(
                Row.of(IN_FLIGHT + " answers of 10 s in flight in one queue: p99 lateness of another", tail, List.of())
                        .with(Verdict.atMost(100, tail))
                        .noting(SLOTS + " slots, " + PER_SECOND + " jobs/s in the other queue"));
    }

    private static long pending(PooledDatabase database) throws Exception {
        return database.number("select count(*) from qrtz_triggers");
    }
}
