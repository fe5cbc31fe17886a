package dev.posthaste.bench;

import java.time.Duration;
import java.util.List;

/** Intake and firing of a server with a million pending jobs beside one with an empty table. */
final class MillionPending implements Measure {
    private static final int CONNECTIONS = 32;
    private static final int MAX_WARM_UPS = 2;

    /** A million jobs, each with a request and a trigger of its own, due in a day; written by SQL to save minutes. */
    private static final String FILL = """
            insert into requests (id, method, url, headers, body_kind, body)
            select nextval('requests_id_seq'), method, url, headers, body_kind, body
              from requests cross join generate_series(1, %1$d)
             where id = (select min(id) from requests);
            insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at)
            select n, team_id, queue_id, r.id, n, 1, 5, now(), now() + interval '1 day'
              from (select id, nextval('jobs_id_seq') as n from requests offset 1) r
             cross join (select team_id, queue_id from jobs limit 1) template;
            insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                   priority, trigger_state, trigger_type, start_time, misfire_instr)
            select t.sched_name, 'j' || j.id, t.trigger_group, t.job_name, t.job_group,
                   floor(extract(epoch from j.due_at) * 1000)::bigint, 5, t.trigger_state, t.trigger_type,
                   floor(extract(epoch from j.due_at) * 1000)::bigint, t.misfire_instr
              from jobs j cross join (select * from qrtz_triggers limit 1) t
             where 'j' || j.id <> t.trigger_name;
            """;

    @Override
    public String name() {
        return "million";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int pending = laboratory.options().scaled(1_000_000);
        Duration posts = Duration.ofMillis(laboratory.options().scaled(4_000));
        int backlog = laboratory.options().scaled(20_000);
        ReceiverProcess receiver = laboratory.receiver();
        laboratory.endService();
        PooledDatabase emptyDatabase = laboratory.database().create("server_posthaste_empty");
        PooledDatabase fullDatabase = laboratory.database().create("server_posthaste_full");
        try (ServerProcess empty = ServerProcess.start("server", emptyDatabase, 1_024);
                ServerProcess full = ServerProcess.start("server-2", fullDatabase, 1_024);
                ApiClient toEmpty = new ApiClient(empty, CONNECTIONS);
                ApiClient toFull = new ApiClient(full, CONNECTIONS)) {
            toFull.push(ApiClient.distantJob("pending", "http://127.0.0.1:9/never"));
            laboratory.say("  storing %,d pending jobs by SQL", pending);
            fullDatabase.execute(FILL.formatted(pending));
            ServerBacklog emptyBacklog = new ServerBacklog(toEmpty, emptyDatabase, receiver);
            ServerBacklog fullBacklog = new ServerBacklog(toFull, fullDatabase, receiver);
            WarmUp warmUp = new WarmUp(laboratory, MAX_WARM_UPS);
            warmUp.run("empty", empty.process(), () -> intake(toEmpty, posts) + emptyBacklog.deliver(backlog));
            warmUp.run("full", full.process(), () -> intake(toFull, posts) + fullBacklog.deliver(backlog));
            double heapBefore = full.heapAfterCollection();
            Contest.Figures figures = new Contest(laboratory)
                    .enter("intake, empty", "requests/s", () -> intake(toEmpty, posts))
                    .enter("intake, full", "requests/s", () -> intake(toFull, posts))
                    .enter("firing, empty", "deliveries/s", () -> emptyBacklog.deliver(backlog))
                    .enter("firing, full", "deliveries/s", () -> fullBacklog.deliver(backlog))
                    .run();
            return List.of(
                    beside(pending, "intake", figures),
                    beside(pending, "firing", figures),
                    heap(pending, heapBefore, full.heapAfterCollection()));
        }
    }

    private static double intake(ApiClient client, Duration duration) throws Exception {
        String job = ApiClient.distantJob("posts", "http://127.0.0.1:9/never");
        return Callers.rate(CONNECTIONS, duration, number -> client.push(job));
    }

    private static Row beside(int pending, String what, Contest.Figures figures) {
        Figure full = figures.of(what + ", full");
        Figure empty = figures.of(what + ", empty");
        return Row.of("%s with a backlog of %,d pending".formatted(what, pending), full, List.of(empty))
                .with(Verdict.times(0.85, full, empty));
    }

    /** Flat: what is kept does not grow with what is pending or with what was done. */
    private static Row heap(int pending, double before, double after) {
        Figure end = new Figure("Posthaste", "MiB", List.of(after));
        Figure start = new Figure("before the rounds", "MiB", List.of(before));
        double allowed = before + 32;
        return Row.of("heap after a collection, %,d pending, -Xmx512m".formatted(pending), end, List.of(start))
                .with(Verdict.atMost(allowed, end))
                .noting("flat: at most 32 MiB above the heap before the rounds");
    }
}
