package dev.posthaste.bench;

import dev.posthaste.web.input.Cursors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of lists again and again and keeps how long each took. A row is a filter; it is judged by the slowest of its
 * pages: the first of 25 and of 100, and one far behind.
 */
final class ListPages {
    private static final int CALLS = 20;
    private static final int WARM_UP = 3;
    private static final double BAR_MS = 50;

    private static final List<String> JOB_FILTERS = List.of(
            "",
            "queue=large",
            "queue=small",
            "queue=queue-100",
            "queue=unknown",
            "status=pending",
            "status=processing",
            "status=completed",
            "status=failed",
            "status=cancelled",
            "final_status=success",
            "final_status=retrying",
            "final_status=failed_with_retries",
            "final_status=failed_no_retries",
            "final_status=dead_lettered",
            "final_status=cancelled",
            "status=cancelled&queue=small",
            "status=cancelled&queue=large",
            "status=pending&queue=large",
            "status=failed&final_status=success&queue=small",
            "status=completed&final_status=cancelled");

    private static final List<String> DEAD_LETTER_FILTERS = List.of("", "queue=broken", "queue=small", "queue=unknown");

    private static final String PART = "url=" + MillionJobs.RARE_PART;

    private final ServerProcess server;
    private final ApiReader api;
    private final int jobs;

    ListPages(ServerProcess server, ApiReader api, int jobs) {
        this.server = server;
        this.api = api;
        this.jobs = jobs;
    }

    /** Every filter, with the bar that each call has to hold. */
    List<Row> all() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String filter : JOB_FILTERS) {
            rows.add(judged(row("/api/jobs", filter)));
        }
        for (String filter : DEAD_LETTER_FILTERS) {
            rows.add(judged(row("/api/dead-letters", filter)));
        }
        rows.add(row("/api/jobs", PART).noting("no bar: looks at 2,000 jobs"));
        rows.add(row("/api/dead-letters", PART).noting("no bar: looks at 2,000 dead letters"));
        String dead = api.read(server.url("/api/dead-letters?limit=1"))
                .path("data")
                .path(0)
                .path("id")
                .asText();
        rows.add(judged(row("GET /api/jobs/{id}", List.of("/api/jobs/" + dead, "/api/jobs/" + jobs / 2))));
        return rows;
    }

    /** The filters that concern what is being sent. */
    List<Row> inFlight(String when) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String filter : List.of("", "status=pending", "status=processing", "queue=large", "status=completed")) {
            rows.add(judged(row("/api/jobs", filter).noting(when)));
        }
        return rows;
    }

    /** The milliseconds of each call of a list's one page. */
    List<Double> times(String path) throws Exception {
        String url = server.url(path);
        for (int i = 0; i < WARM_UP; i++) {
            api.get(url);
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            long started = System.nanoTime();
            api.get(url);
            times.add((System.nanoTime() - started) / 1e6);
        }
        return times;
    }

    private Row row(String list, String filter) throws Exception {
        String page = list + "?" + (filter.isEmpty() ? "" : filter + "&") + "limit=";
        List<String> pages = List.of(page + 25, page + 100, page + "100&cursor=" + cursor(list, filter));
        return row("GET " + list + (filter.isEmpty() ? "" : "?" + filter), pages);
    }

    private Row row(String what, List<String> pages) throws Exception {
        double slowest = 0;
        double worst = 0;
        for (String page : pages) {
            List<Double> sorted = times(page).stream().sorted().toList();
            slowest = Math.max(slowest, Percentile.of(sorted, 50));
            worst = Math.max(worst, Percentile.of(sorted, 100));
        }
        return Row.of(
                what,
                new Figure("p50 of the slowest page", "ms", List.of(slowest)),
                List.of(new Figure("worst call", "ms", List.of(worst))));
    }

    private static Row judged(Row row) {
        return row.with(Verdict.atMost(BAR_MS, row.ours()))
                .with(Verdict.atMost(BAR_MS, row.beside().get(0)));
    }

    private String cursor(String list, String filter) {
        List<String> names =
                list.endsWith("jobs") ? List.of("queue", "status", "final_status", "url") : List.of("queue", "url");
        List<@Nullable String> values = new ArrayList<>();
        names.forEach(name -> values.add(value(filter, name)));
        return new Cursors(list.substring(list.lastIndexOf('/') + 1), values).before(jobs / 3);
    }

    private static @Nullable String value(String filter, String name) {
        int start = ("&" + filter).indexOf("&" + name + "=");
        if (start < 0) {
            return null;
        }
        int end = filter.indexOf('&', start);
        return filter.substring(start + name.length() + 1, end < 0 ? filter.length() : end);
    }
}
