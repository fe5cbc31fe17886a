package dev.posthaste.bench;

import dev.posthaste.browser.Chromium;
import dev.posthaste.browser.Page;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard's pages in a browser with a million jobs, while jobs come and go at a steady pace: when something is seen
 * first, when a list has its first row, how long calls of the API take, and what it all does to jobs.
 */
final class Painting implements Measure {
    private static final int PER_SECOND = 300;
    private static final int FIRST_VISITS = 5;
    private static final int VISITS = 8;
    private static final int WARM_UPS = 16;
    private static final double PAINT_MS = 1_000;
    private static final double LIST_MS = 300;
    private static final double CALL_MS = 50;

    private static final List<String> LISTS = List.of("jobs", "jobs?queue=large", "jobs?status=failed");

    private static final List<String> OTHERS = List.of(
            "overview",
            "queues",
            "queues/1",
            "push",
            "dead-letters",
            "operations",
            "crons",
            "crons/1",
            "alerts",
            "settings");

    /** So that a cron has a page. It does not fire while the measure runs. */
    private static final String CRON =
            "{\"name\": \"yearly\", \"cron_expression\": \"0 0 1 1 *\", \"url\": \"https://hooks.example.com/yearly\"}";

    /** Notes when the first row of a list stands in the document. */
    private static final String NOTE_FIRST_ROW = """
            new MutationObserver((changes, observer) => {
              if (document.querySelector("main tr[data-id]")) {
                window.firstRow = performance.now();
                observer.disconnect();
              }
            }).observe(document, { childList: true, subtree: true });
            """;

    private static final String SEEN = """
            const paint = performance.getEntriesByName("first-contentful-paint")[0];
            const calls = performance.getEntriesByType("resource").filter(one => one.name.includes("/api/"));
            return { paint: paint ? paint.startTime : 0, row: window.firstRow || 0, calls: calls.map(one => one.duration) };
            """;

    @Override
    public boolean runsOnlyWhenNamed() {
        return true;
    }

    @Override
    public String name() {
        return "painting";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        int jobs = laboratory.options().scaled(1_000_000);
        Duration alone = Duration.ofMillis(laboratory.options().scaled(20_000));
        laboratory.endService();
        PooledDatabase database = laboratory.database().create("server_posthaste_painting");
        ReceiverProcess receiver = laboratory.receiver();
        try (ServerProcess server = ServerProcess.start("server", database, 1_024);
                ApiClient client = new ApiClient(server, 8)) {
            laboratory.say("  storing %,d jobs by SQL", jobs);
            MillionJobs.write(database, jobs);
            database.execute("analyze");
            client.post(server.url("/api/crons"), CRON);
            List<String> pages = pages(database);
            PacedJobs paced = new PacedJobs(client, receiver);
            new WarmUp(laboratory, WARM_UPS).run("Posthaste", server.process(), paced::asFastAsItGoes);
            receiver.reset();
            paced.push("alone", PER_SECOND, alone);
            List<Double> without = receiver.lateness("alone");
            laboratory.say("  nobody looks: %s", Percentile.summary(without));
            return watched(laboratory, server, pages, paced, without);
        }
    }

    private static List<String> pages(PooledDatabase database) throws SQLException {
        List<String> pages = new ArrayList<>(OTHERS);
        pages.addAll(LISTS);
        pages.add("jobs/"
                + database.number(
                        "select max(id) from jobs where attempt_number = 1 and dead_lettered_at is not null"));
        return pages;
    }

    /** What a browser has told of the pages that were opened in it, in milliseconds. */
    private record Seen(Map<String, List<Double>> paints, List<Double> firstRows, List<Double> calls) {
        Seen() {
            this(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        }

        void note(String address, Map<?, ?> told) {
            paints.computeIfAbsent(address, unseen -> new ArrayList<>()).add(number(told.get("paint")));
            ((List<?>) Objects.requireNonNull(told.get("calls"))).forEach(one -> calls.add(number(one)));
            if (LISTS.contains(address)) {
                firstRows.add(number(told.get("row")));
            }
        }
    }

    private static List<Row> watched(
            Laboratory laboratory, ServerProcess server, List<String> pages, PacedJobs paced, List<Double> without)
            throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        List<Row> rows = new ArrayList<>();
        try (Chromium browser = new Chromium()) {
            browser.beforeEachDocument(NOTE_FIRST_ROW);
            Page page = browser.page(server.url("/"));
            page.signIn(ServerProcess.TOKEN);
            // The first visits find nothing in the browser's cache, and the server's statements not yet prepared.
            Seen unused = visit(page, pages, laboratory.options().isQuick() ? 1 : FIRST_VISITS);
            rows.addAll(rows(laboratory, visit(page, pages, VISITS), "nothing else going on"));
            Future<?> flowing = thread.submit(() -> {
                paced.push("watched", PER_SECOND, Duration.ofSeconds(VISITS * pages.size() / 2));
                return null;
            });
            Seen busy = visit(page, pages, VISITS);
            flowing.get();
            rows.addAll(rows(laboratory, busy, PER_SECOND + " jobs/s, the browser on the same processors"));
        } finally {
            thread.shutdownNow();
        }
        rows.add(lateness(laboratory, without, laboratory.receiver().lateness("watched")));
        return rows;
    }

    private static Seen visit(Page page, List<String> pages, int times) {
        Seen seen = new Seen();
        for (int visit = 0; visit < times; visit++) {
            for (String address : pages) {
                page.open("#/" + address).reload().awaitRest();
                seen.note(address, (Map<?, ?>) Objects.requireNonNull(page.run(SEEN)));
            }
        }
        return seen;
    }

    private static List<Row> rows(Laboratory laboratory, Seen seen, String when) {
        List<Row> rows = new ArrayList<>();
        seen.paints().forEach((address, times) -> {
            Figure paint = new Figure("Chromium", "ms", times);
            rows.add(Row.of("first paint of " + address, paint, List.of())
                    .with(Verdict.atMost(PAINT_MS, paint))
                    .noting(when));
        });
        Figure row = new Figure("Chromium", "ms", seen.firstRows());
        rows.add(Row.of("first row of a list of jobs", row, List.of())
                .with(Verdict.atMost(LIST_MS, row))
                .noting(when));
        List<Double> sorted = seen.calls().stream().sorted().toList();
        laboratory.say("  calls of the pages, %s: %s", when, Percentile.summary(sorted));
        Figure call = new Figure("p95", "ms", List.of(Percentile.of(sorted, 95)));
        rows.add(Row.of("calls of the API by the pages", call, List.of())
                .with(Verdict.atMost(CALL_MS, call))
                .noting(sorted.size() + " calls as the browser sees them, " + when));
        return rows;
    }

    private static Row lateness(Laboratory laboratory, List<Double> without, List<Double> with) {
        laboratory.say("  somebody looks: %s", Percentile.summary(with));
        Figure watched = new Figure("while pages are opened", "ms", List.of(Percentile.of(with, 99)));
        Figure alone = new Figure("nobody looks", "ms", List.of(Percentile.of(without, 99)));
        return Row.of("lateness at " + PER_SECOND + " jobs/s, p99", watched, List.of(alone))
                .noting("the browser takes its share of the same processors");
    }

    private static double number(@Nullable Object value) {
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }
}
