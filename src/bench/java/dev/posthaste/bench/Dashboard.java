package dev.posthaste.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the dashboard costs with a million jobs: how long each answer takes that its pages ask for, quiet and with jobs flowing,
 * what fifty people who look at it take of the processors, and whether deliveries are later for it. How soon something is
 * painted is measured in a browser, by the tests there.
 */
final class Dashboard implements Measure {
    private static final int JOBS = 1_000_000;
    private static final int VIEWERS = 50;
    private static final int CALLS = 100;
    private static final int PER_SECOND = 300;
    private static final int WARM_UPS = 6;
    private static final Duration WATCHED = Duration.ofSeconds(60);
    private static final double SHARE_OF_A_CORE = 5;
    private static final double LATE_MS = 25;

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public String name() {
        return "dashboard";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int jobs = laboratory.options().scaled(JOBS);
        laboratory.endService();
        PooledDatabase database = laboratory.database().create("server_posthaste_dashboard");
        ReceiverProcess receiver = laboratory.receiver();
        try (ServerProcess server = ServerProcess.start("server", database, 1_024);
                ApiClient client = new ApiClient(server, 8)) {
            laboratory.say("  storing %,d jobs and a month of statistics by SQL", jobs);
            MillionJobs.write(database, jobs);
            MonthOfStats.write(database);
            // What autovacuum would do sooner or later, and then it would stand in what the viewers take.
            database.execute("vacuum (analyze)");
            PacedJobs paced = new PacedJobs(client, receiver);
            new WarmUp(laboratory, WARM_UPS).run("Posthaste", server.process(), paced::asFastAsItGoes);
            DashboardPages pages = pages(laboratory, server, database);
            List<Row> rows = new ArrayList<>(answers(laboratory, pages, client, receiver));
            rows.addAll(new ViewersCost(laboratory, server).measure(VIEWERS, WATCHED, SHARE_OF_A_CORE));
            rows.addAll(lateness(laboratory, server, paced, receiver));
            // A token has so many sessions, and the viewers have had more: what was signed in before them is signed
            // out.
            rows.addAll(withoutAQueue(laboratory, pages(laboratory, server, database), database));
            return rows;
        }
    }

    private static DashboardPages pages(Laboratory laboratory, ServerProcess server, PooledDatabase database)
            throws Exception {
        int calls = laboratory.options().isQuick() ? CALLS / 5 : CALLS;
        return DashboardPages.of(OpenPage.signIn(server), database, calls, laboratory);
    }

    private static List<Row> answers(
            Laboratory laboratory, DashboardPages pages, ApiClient client, ReceiverProcess receiver) throws Exception {
        laboratory.say("  a reading that does not count, the first of its kind on this server");
        pages.read("");
        laboratory.say("  reading what the pages ask for, nothing else going on");
        List<Row> rows = new ArrayList<>(pages.read("quiet"));
        laboratory.say("  the same with %d jobs/s", PER_SECOND);
        new Disturbance(client, receiver, PER_SECOND).during(() -> {
            List<Row> flowing = pages.read(PER_SECOND + " jobs/s flowing");
            rows.addAll(flowing);
            return flowing.size();
        });
        return rows;
    }

    /** Rounds with and without viewers, by turns. */
    private static List<Row> lateness(
            Laboratory laboratory, ServerProcess server, PacedJobs paced, ReceiverProcess receiver) throws Exception {
        Duration duration = Duration.ofSeconds(laboratory.options().isQuick() ? 3 : 15);
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int round = 1; round <= laboratory.options().rounds(); round++) {
            without.add(tail(paced, receiver, duration));
            try (Viewers viewers = Viewers.open(server, VIEWERS)) {
                viewers.lookFor(Duration.ofSeconds(2));
                with.add(tail(paced, receiver, duration));
            }
            laboratory.say(
                    "  round %d  lateness p99 with %d viewers %.1f ms, without %.1f ms",
                    round, VIEWERS, with.get(round - 1), without.get(round - 1));
        }
        Figure ours = new Figure("Posthaste", "ms", with);
        Figure alone = new Figure("without viewers", "ms", without);
        double ratio = ours.times(alone);
        return List.of(Row.of(
                        "lateness p99 at " + PER_SECOND + " jobs/s, " + VIEWERS + " dashboards open",
                        ours,
                        List.of(alone))
                .with(Verdict.atMost(LATE_MS, ours))
                .with(new Verdict("≤ 1.2 × without", Figure.number(ratio) + " × without", ratio <= 1.2)));
    }

    private static double tail(PacedJobs paced, ReceiverProcess receiver, Duration duration) throws Exception {
        receiver.reset();
        paced.push("viewed", PER_SECOND, duration);
        return Percentile.of(receiver.lateness("viewed"), 99);
    }

    /** Last, because it takes them away: the jobs of a queue that was removed stay for a while, and nobody may see them. */
    private static List<Row> withoutAQueue(Laboratory laboratory, DashboardPages pages, PooledDatabase database)
            throws Exception {
        database.execute("with gone as (delete from queues where name = '" + MillionJobs.BROKEN + "' returning id)"
                + " insert into removed_queues (id) select id from gone");
        laboratory.say("  reading what the queue with most failures was removed from");
        return pages.readGlances("the queue with most failures was removed a moment ago");
    }
}
