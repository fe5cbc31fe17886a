package dev.posthaste.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Asks for all that the dashboard's pages ask for, and keeps how long each answer took. */
final class DashboardPages {
    private static final int WARM_UP = 5;
    private static final double BAR_MS = 50;

    private static final List<String> LISTS = List.of(
            "/api/jobs?limit=25",
            "/api/jobs?queue=large&limit=25",
            "/api/jobs?queue=small&limit=25",
            "/api/jobs?status=pending&limit=25",
            "/api/jobs?status=processing&limit=25",
            "/api/jobs?status=failed&limit=25",
            "/api/jobs?final_status=dead_lettered&limit=25",
            "/api/jobs?status=failed&queue=broken&limit=25",
            "/api/jobs?tag=welcome&limit=25",
            "/api/jobs?tag=rare&limit=25",
            "/api/jobs?tag=nowhere&limit=25",
            "/api/jobs?queue=large&tag=rare&limit=25",
            "/api/jobs?url=events&limit=25",
            "/api/jobs?url=" + MillionJobs.RARE_PART + "&limit=25",
            "/api/dead-letters?limit=25",
            "/api/dead-letters?queue=broken&limit=25",
            "/api/dead-letters?failure_reason=http_server_error&limit=25",
            "/api/dead-letters?failure_reason=timeout&limit=25",
            "/api/dead-letters?host=hooks-2.example.com&limit=25",
            "/api/dead-letters?tag=rare&limit=25",
            "/api/operations?limit=25",
            "/api/crons?limit=25",
            "/api/alerts?limit=25",
            "/api/alert-channels?limit=25",
            "/api/tokens?limit=25",
            "/api/audit?limit=25");

    private final OpenPage page;
    private final int calls;
    private final List<String> paths;

    private final Laboratory laboratory;

    private DashboardPages(OpenPage page, int calls, List<String> paths, Laboratory laboratory) {
        this.laboratory = laboratory;
        this.page = page;
        this.calls = calls;
        this.paths = paths;
    }

    /** @param calls so many of each */
    static DashboardPages of(OpenPage page, PooledDatabase database, int calls, Laboratory laboratory)
            throws SQLException {
        long large = database.number("select id from queues where name = '" + MillionJobs.LARGE + "'");
        long broken = database.number("select id from queues where name = '" + MillionJobs.BROKEN + "'");
        long dead =
                database.number("select max(id) from jobs where attempt_number = 1 and dead_lettered_at is not null");
        List<String> paths = new ArrayList<>(glances());
        paths.addAll(List.of(
                "/api/me",
                "/api/queues?limit=100",
                "/api/queues/" + large,
                "/api/queues/" + large + "/failures",
                "/api/queues/" + broken + "/failures",
                stats("queue=large&step=60", Duration.ofHours(1)),
                stats("queue=large&step=3600", Duration.ofDays(7)),
                "/api/jobs/" + dead));
        paths.addAll(LISTS);
        return new DashboardPages(page, calls, paths, laboratory);
    }

    /** What is asked for of all that a team has. */
    private static List<String> glances() {
        return List.of(
                "/api/overview",
                stats("step=60", Duration.ofHours(1)),
                stats("step=3600", Duration.ofDays(1)),
                stats("step=3600", Duration.ofDays(7)),
                "/api/dead-letters/groups?by=queue",
                "/api/dead-letters/groups?by=host",
                "/api/dead-letters/groups?by=failure_reason");
    }

    private static String stats(String query, Duration back) {
        return "/api/stats?" + query + "&from=" + Instant.now().minus(back);
    }

    /** A row for each, with the bar that it has to hold. */
    List<Row> read(String when) throws Exception {
        return read(paths, when);
    }

    /** The same of what does not look at one queue. */
    List<Row> readGlances(String when) throws Exception {
        return read(glances(), when);
    }

    private List<Row> read(List<String> asked, String when) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String path : asked) {
            List<Double> times = times(path);
            if (!when.isEmpty()) {
                laboratory.say(
                        "    %6.1f ms p95, %6.1f worst  %s", Percentile.of(times, 95), Percentile.of(times, 100), path);
            }
            rows.add(row(path, times, when));
        }
        return rows;
    }

    private List<Double> times(String path) throws Exception {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < WARM_UP + calls; i++) {
            // A snapshot is good for two seconds: only who makes one waits for the database.
            if (path.equals("/api/overview") && i >= WARM_UP && i % 10 == 0) {
                Thread.sleep(2_050);
            }
            long started = System.nanoTime();
            page.get(path);
            if (i >= WARM_UP) {
                times.add((System.nanoTime() - started) / 1e6);
            }
        }
        Collections.sort(times);
        return times;
    }

    private static Row row(String path, List<Double> sorted, String when) {
        Figure tail = new Figure("p95", "ms", List.of(Percentile.of(sorted, 95)));
        return Row.of(
                        "GET " + path.replaceAll("from=[^&]*", "from=…"),
                        tail,
                        List.of(
                                new Figure("p50", "ms", List.of(Percentile.of(sorted, 50))),
                                new Figure("worst", "ms", List.of(Percentile.of(sorted, 100)))))
                .with(Verdict.atMost(BAR_MS, tail))
                .noting(when);
    }
}
