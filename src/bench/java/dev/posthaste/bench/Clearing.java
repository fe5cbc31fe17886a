package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.List;

/** Purges and retention of very much at once, and what another queue's deliveries feel of it. */
final class Clearing {
    private static final double BAR_P99_MS = 100;

    private final Laboratory laboratory;
    private final ServerProcess server;
    private final PooledDatabase database;
    private final Disturbance disturbance;
    private final ApiReader api = new ApiReader();

    Clearing(Laboratory laboratory, ServerProcess server, PooledDatabase database, ApiClient client) throws Exception {
        this.laboratory = laboratory;
        this.server = server;
        this.database = database;
        this.disturbance = new Disturbance(client, laboratory.receiver());
    }

    List<Row> measure() throws Exception {
        disturbance.quiet();
        List<Double> quiet = disturbance.quiet();
        Figure before = new Figure("with nothing else going on", "ms", List.of(Percentile.of(quiet, 99)));
        List<Row> rows = new ArrayList<>();
        rows.addAll(rows("purge of a queue's pending jobs", "jobs/s", before, this::purgeQueue));
        rows.addAll(rows("purge of a queue's dead letters", "chains/s", before, this::purgeDeadLetters));
        rows.addAll(rows("retention of finished chains", "chains/s", before, this::retain));
        return rows;
    }

    private List<Row> rows(String what, String unit, Figure before, Disturbance.Work work) throws Exception {
        Disturbance.Result result = disturbance.during(work);
        Figure rate = new Figure("Posthaste", unit, List.of(result.rate()));
        Figure late = new Figure("Posthaste", "ms", List.of(Percentile.of(result.lateness(), 99)));
        laboratory.say(
                "  %s: %,d in %.1f s, p99 lateness meanwhile %.1f ms, worst %.1f ms",
                what, result.count(), result.seconds(), late.median(), Percentile.of(result.lateness(), 100));
        String size = "%,d in %.1f s".formatted(result.count(), result.seconds());
        return List.of(
                Row.of(what, rate, List.of()).noting(size),
                Row.of("p99 lateness of another queue during the " + what, late, List.of(before))
                        .with(Verdict.atMost(BAR_P99_MS, late))
                        .noting("100 jobs/s"));
    }

    private long purgeQueue() throws Exception {
        long queue = database.number("select id from queues where name = '" + MillionJobs.LARGE + "'");
        long pending = database.number("select sum(pending) from queue_counts where queue_id = " + queue);
        api.post(server.url("/api/queues/" + queue + "/purge"), "");
        return pending;
    }

    private long purgeDeadLetters() throws Exception {
        long before = deadLetters();
        api.post(server.url("/api/dead-letters/purge"), "{\"queue\": \"" + MillionJobs.BROKEN + "\"}");
        return before - deadLetters();
    }

    private long deadLetters() throws Exception {
        return database.number("select sum(dead_lettered) from queue_counts");
    }

    private long retain() throws Exception {
        String chains =
                "select count(*) from jobs where attempt_number = 1 and created_at < now() - interval '30 days'";
        long before = database.number(chains);
        server.runTask("retention");
        return before - database.number(chains);
    }
}
