package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long after its due instant a request arrives, by the receiver's clock, on an otherwise idle server. "From another
 * node": the accepting node's few slots are taken by slow answers, so that the other one must find the jobs.
 */
final class Lateness implements Measure {
    private static final int PER_SECOND = 300;

    private static final int MAX_WARM_UPS = 8;

    private static final int FEW_SLOTS = 4;
    private static final Duration TAKEN = Duration.ofSeconds(25);

    @Override
    public String name() {
        return "lateness";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        Duration duration = Duration.ofSeconds(laboratory.options().isQuick() ? 3 : 10);
        List<Row> rows = new ArrayList<>(sameNode(laboratory, duration));
        rows.add(otherNode(laboratory, duration));
        return rows;
    }

    private static List<Row> sameNode(Laboratory laboratory, Duration duration) throws Exception {
        Service service = laboratory.service();
        ReceiverProcess receiver = laboratory.receiver();
        List<Double> medians = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        List<Double> earliest = new ArrayList<>();
        try (ApiClient client = new ApiClient(service.server(), 8)) {
            PacedJobs jobs = new PacedJobs(client, receiver);
            new WarmUp(laboratory, MAX_WARM_UPS)
                    .run("Posthaste", service.server().process(), jobs::asFastAsItGoes);
            for (int round = 1; round <= laboratory.options().rounds(); round++) {
                receiver.reset();
                jobs.push("same", PER_SECOND, duration);
                List<Double> sorted = receiver.lateness("same");
                medians.add(Percentile.of(sorted, 50));
                tails.add(Percentile.of(sorted, 99));
                earliest.add(sorted.get(0));
                laboratory.say(
                        "  round %d  accepting node: %s, first %.1f ms",
                        round, Percentile.summary(sorted), sorted.get(0));
            }
        }
        Figure median = new Figure("Posthaste", "ms", medians);
        Figure tail = new Figure("Posthaste", "ms", tails);
        Figure first = new Figure("Posthaste", "ms", List.of(Collections.min(earliest)));
        String what = "lateness at " + PER_SECOND + " jobs/s on the accepting node, ";
        return List.of(
                Row.of(what + "p50", median, List.of()).with(Verdict.atMost(5, median)),
                Row.of(what + "p99", tail, List.of()).with(Verdict.atMost(25, tail)),
                Row.of(what + "the earliest", first, List.of()).with(Verdict.atLeast(0, first)));
    }

    private static Row otherNode(Laboratory laboratory, Duration duration) throws Exception {
        PooledDatabase database = laboratory.database().create("server_posthaste_two");
        ReceiverProcess receiver = laboratory.receiver();
        try (ServerProcess accepting = ServerProcess.start("server", database, FEW_SLOTS);
                ApiClient client = new ApiClient(accepting, 8)) {
            receiver.reset();
            // A group gets no more than three quarters of the slots: two queues take all of them.
            for (int i = 0; i < FEW_SLOTS; i++) {
                for (String queue : List.of("slow-1", "slow-2")) {
                    client.push(ApiClient.job(queue, receiver.url("/slow/" + TAKEN.toMillis()), Instant.now()));
                }
            }
            receiver.awaitRequests(FEW_SLOTS);
            try (ServerProcess other = ServerProcess.start("server-2", database, 1_024)) {
                laboratory.say("  the other node is %s", other.url(""));
                PacedJobs jobs = new PacedJobs(client, receiver);
                jobs.push("other", PER_SECOND, duration);
                List<Double> sorted = receiver.lateness("other");
                laboratory.say("  another node: %s", Percentile.summary(sorted));
                Figure tail = new Figure("Posthaste", "ms", List.of(Percentile.of(sorted, 99)));
                return Row.of("lateness at " + PER_SECOND + " jobs/s from another node, p99", tail, List.of())
                        .with(Verdict.atMost(1_000, tail))
                        .noting("every slot of the accepting node is taken; one run");
            }
        }
    }
}
