package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Lists, counts and clearing with a million jobs, on tables that were filled a moment ago and never analysed, and after. */
final class Lists implements Measure {
    private static final int SLOTS = 4_096;
    private static final int IN_FLIGHT = 2_000;
    private static final int FEW = 1_000;

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public String name() {
        return "lists";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int jobs = laboratory.options().scaled(1_000_000);
        laboratory.endService();
        PooledDatabase emptyDatabase = laboratory.database().create("server_posthaste_empty");
        PooledDatabase fullDatabase = laboratory.database().create("server_posthaste_full");
        List<Row> rows = new ArrayList<>();
        try (ServerProcess empty = ServerProcess.start("server", emptyDatabase, SLOTS);
                ServerProcess full = ServerProcess.start("server-2", fullDatabase, SLOTS);
                ApiClient client = new ApiClient(full, 8)) {
            MillionJobs.write(emptyDatabase, FEW);
            laboratory.say("  storing %,d jobs by SQL", jobs);
            MillionJobs.write(fullDatabase, jobs);
            ApiReader api = new ApiReader();
            ListPages pages = new ListPages(full, api, jobs);
            laboratory.say("  reading lists, never analysed");
            List<Row> first = pages.all();
            fullDatabase.execute("analyze");
            laboratory.say("  reading lists, analysed");
            rows.addAll(slower(first, pages.all()));
            rows.addAll(counts(
                    new ListPages(empty, api, FEW),
                    pages,
                    api.read(full.url("/api/queues?limit=1"))
                            .path("data")
                            .path(0)
                            .path("id")
                            .asLong()));
            laboratory.say("  reading lists with %,d in flight", IN_FLIGHT);
            ReceiverProcess receiver = laboratory.receiver();
            fullDatabase.execute("insert into queues (team_id, name, timeout_seconds) select id, 'slow', 300 from teams"
                    + " where name = 'default'");
            receiver.reset();
            client.pushMany(ApiClient.job("slow", receiver.url("/slow/15000"), Instant.now()), IN_FLIGHT);
            receiver.awaitRequests(IN_FLIGHT);
            rows.addAll(pages.inFlight("%,d in flight".formatted(IN_FLIGHT)));
            Awaited.until("the slow answers to end", Duration.ofMillis(200), () -> inFlight(fullDatabase) == 0);
            rows.addAll(new Clearing(laboratory, full, fullDatabase, client).measure());
        }
        return rows;
    }

    /** Of both readings the slower one. */
    private static List<Row> slower(List<Row> first, List<Row> second) {
        List<Row> slower = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            boolean isFirst =
                    first.get(i).ours().median() > second.get(i).ours().median();
            slower.add(isFirst ? first.get(i) : second.get(i));
        }
        return slower;
    }

    private static List<Row> counts(ListPages empty, ListPages full, long newest) throws Exception {
        return List.of(
                counted("GET /api/queues?limit=100", empty, full, "/api/queues?limit=100"),
                counted("GET /api/queues/{id}", empty, full, "/api/queues/" + newest));
    }

    /** The same number of queues on both sides, so that only the jobs differ. */
    private static Row counted(String what, ListPages empty, ListPages full, String path) throws Exception {
        empty.times(path);
        full.times(path);
        Figure few = new Figure("1,000 jobs", "ms", empty.times(path));
        Figure many = new Figure("p50", "ms", full.times(path));
        double ratio = many.median() / few.median();
        return Row.of(what + ", with counts", many, List.of(few))
                .with(new Verdict("≤ 1.3 × 1,000 jobs", Figure.number(ratio) + " × 1,000 jobs", ratio <= 1.3))
                .noting("200 queues on either side");
    }

    private static long inFlight(PooledDatabase database) throws Exception {
        return database.number("select coalesce(sum(remaining), 0) from qrtz_fired_one_shots");
    }
}
