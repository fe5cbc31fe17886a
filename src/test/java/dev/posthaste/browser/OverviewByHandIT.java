package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The overview says what the API says, and its graphs go back as far as is asked for. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverviewByHandIT {
    private static final Pattern ASKED = Pattern.compile("/api/stats\\?step=(\\d+)&from=(.+)");

    /** What was drawn, empty as long as nothing was. */
    private static final String DRAWING = """
            const drawn = document.querySelector("[data-test=graphs] canvas");
            const blank = drawn && Object.assign(document.createElement("canvas"), { width: drawn.width, height: drawn.height });
            return drawn && drawn.toDataURL() !== blank.toDataURL() ? drawn.toDataURL() : "";
            """;

    private Scene scene;
    private Api api;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        history();
        page = scene.signedIn();
        page.assertClean("api/me - Failed to load resource");
    }

    @AfterEach
    void nothingWentWrong() {
        page.assertClean();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void theFiguresAreThoseOfTheApi() throws Exception {
        api.createQueue("{\"name\": \"narrow\", \"max_parallelism\": 1}");
        CountDownLatch answered = new CountDownLatch(1);
        scene.receiver().script("/held", RecordingReceiver.held(answered));
        try {
            api.pushAll("{\"queue\": \"narrow\", \"url\": \"" + scene.receiver().url("/held") + "\"}", 3);
            api.pushAll("{\"queue\": \"later\", \"url\": \"http://example.com/\", \"delay\": 3600}", 5);
            await().until(() -> scene.receiver().count("/held") == 1);
            visit();

            // The page is told by the same snapshot that the API answers with, some time later.
            await().untilAsserted(() -> {
                goOn();
                JsonNode said = overview();
                JsonNode late = said.get("lateness_ms");
                assertThat(page.text(test("tiles") + " .big").lines())
                        .containsExactly(
                                figure(said.get("accepted_per_second")),
                                figure(said.get("delivered_per_second")),
                                figure(said.get("failed_per_second")),
                                late.get("p99").asLong() + " ms",
                                said.get("in_flight").asText(),
                                said.get("pending").asText(),
                                said.get("overdue").asText());
                assertThat(page.text(test("tiles", "lateness") + " .note"))
                        .isEqualTo("p50 " + late.get("p50").asLong() + " ms");
                assertThat(page.text(test("tiles", "overdue") + " .note"))
                        .isEqualTo("oldest " + figure(said.get("oldest_overdue_seconds")) + " s");
                assertThat(List.of("accepted_per_second", "delivered_per_second", "failed_per_second"))
                        .allMatch(rate -> said.get(rate).asDouble() > 0);
            });
            assertThat(page.text(test("tiles", "in-flight") + " .big")).isEqualTo("1");
            assertThat(page.text(test("tiles", "overdue") + " .big")).isEqualTo("2");
            assertThat(page.text(test("tiles", "pending") + " .big")).isEqualTo("7");
        } finally {
            answered.countDown();
        }
    }

    @Test
    void theNodesAreThoseOfTheApiWithTheirLeases() {
        visit();
        String node = test("list-nodes") + " tr[data-id]";

        await().untilAsserted(() -> {
            JsonNode nodes = overview().get("nodes");
            assertThat(nodes).hasSize(1);
            JsonNode said = nodes.get(0);
            assertThat(page.count(node)).isOne();
            assertThat(page.text(node + " [data-label=Node]"))
                    .isEqualTo(said.get("name").asText());
            assertThat(page.text(node + " [data-label=State]"))
                    .isEqualToIgnoringCase(said.get("state").asText());
            assertThat(page.text(node + " [data-label=Version]"))
                    .isEqualTo(said.get("version").asText());
            assertThat(time(node + " [data-label='Lease until']"))
                    .isEqualTo(said.get("lease_expires_at").asText());
            assertThat(time(node + " [data-label=Since]"))
                    .isEqualTo(said.get("since").asText());
        });
        Instant lease = Instant.parse(time(node + " [data-label='Lease until']"));
        assertThat(lease).isAfter(Instant.now());
        assertThat(page.text(node + " [data-label='Lease until']"))
                .contains(lease.truncatedTo(ChronoUnit.SECONDS).toString().substring(11, 19));
        page.see(node + " [data-status=active]");
    }

    @Test
    void theTagsOfAFailureLeadToItsLikes() throws Exception {
        scene.receiver().script("/broken", RecordingReceiver.answering(500, "no"));
        long dead = api.push("{\"queue\": \"f\", \"url\": \"" + scene.receiver().url("/broken")
                + "\", \"retry_delays\": [], \"tags\": [\"customer 7, EU\"]}");
        await().until(() -> api.job(dead).get("status").asText().equals("failed"));
        visit();

        page.click(row("last-failures", dead) + " .tag");

        page.awaitTitle("Jobs");
        await().untilAsserted(() -> assertThat(page.rows("jobs")).containsExactly(String.valueOf(dead)));
        assertThat(page.address()).isEqualTo("#/jobs?tag=customer+7%2C+EU");
    }

    @Test
    void whatWasSaidOfAFailureIsCutToTwoLinesAndReadWhollyWhereItIsPointedAt() {
        api.createQueue("{\"name\": \"strict\", \"success_assertions\": [{\"type\": \"body_contains\", \"value\": \""
                + "a word, and another ".repeat(12) + "\"}]}");
        long job = scene.push("strict", "/ok", ", \"retry_delays\": []");
        await().until(() -> api.job(job).get("status").asText().equals("failed"));
        page.size(1280, 860);
        visit();

        String cell = row("last-failures", job) + " [data-label=Said]";
        page.awaitText(cell, "does not hold: the body does not contain that.");
        assertThat(page.run(
                        "const text = document.querySelector(arguments[0] + ' bdi');"
                                + " return Math.round(text.clientHeight / parseFloat(getComputedStyle(text).lineHeight))",
                        cell))
                .isEqualTo(2L);
        assertThat(page.see(cell).getDomAttribute("title")).isEqualTo(page.text(cell));
    }

    @Test
    void theGraphsShowAnHourADayOrAWeek() {
        visit();
        page.click(test("range") + " button:nth-child(2)");
        String day = drawn("Day", 3600, Duration.ofDays(1));

        page.click(test("range") + " button:nth-child(3)");
        String week = drawn("Week", 3600, Duration.ofDays(7));
        page.click(test("range") + " button:nth-child(1)");
        String hour = drawn("Hour", 60, Duration.ofHours(1));

        assertThat(List.of(day, week, hour)).doesNotHaveDuplicates();
    }

    @Test
    void theGraphsAreSavedAsCsv() throws Exception {
        visit();
        page.click(test("range") + " button:nth-child(2)");
        drawn("Day", 3600, Duration.ofDays(1));

        page.click(test("graphs", "csv"));

        Path file = page.browser().downloads().resolve("posthaste-statistics.csv");
        await().until(() -> Files.exists(file));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .isEqualTo("\ufeffat,accepted,delivered,failed_attempts,retried,dead_lettered,cancelled,"
                        + "lateness_ms.p50,lateness_ms.p99,duration_ms.p50,duration_ms.p99");
        JsonNode points = Api.json(api.get(asked().get(0))).get("data");
        assertThat(lines).hasSize(points.size() + 1).hasSizeGreaterThan(24);
        // The last hour goes on.
        for (int i = 0; i < points.size() - 1; i++) {
            assertThat(lines.get(i + 1)).isEqualTo(line(points.get(i)));
        }
        assertThat(lines.get(1)).contains(",3600,");
    }

    private static String line(JsonNode point) {
        return String.join(
                ",",
                List.of(
                        point.get("at").asText(),
                        point.get("accepted").asText(),
                        point.get("delivered").asText(),
                        point.get("failed_attempts").asText(),
                        point.get("retried").asText(),
                        point.get("dead_lettered").asText(),
                        point.get("cancelled").asText(),
                        point.at("/lateness_ms/p50").asText(""),
                        point.at("/lateness_ms/p99").asText(""),
                        point.at("/duration_ms/p50").asText(""),
                        point.at("/duration_ms/p99").asText("")));
    }

    /** With nothing of what was asked for before. */
    private void visit() {
        page.visit("#/overview").awaitTitle("Overview");
        page.awaitRest();
        page.run("performance.clearResourceTimings()");
    }

    /** The drawing of a span, for which the statistics were asked in steps of so many seconds. */
    private String drawn(String span, int step, Duration length) {
        page.awaitText(test("range") + " [aria-pressed=true]", span);
        page.awaitRest();
        await().until(() -> !drawing().isEmpty());
        String last = asked().get(asked().size() - 1);
        Matcher call = ASKED.matcher(last);
        assertThat(call.matches()).as(last).isTrue();
        assertThat(call.group(1)).isEqualTo(String.valueOf(step));
        assertThat(Instant.parse(call.group(2))).isCloseTo(Instant.now().minus(length), within(2, ChronoUnit.MINUTES));
        return drawing();
    }

    private String drawing() {
        return String.valueOf(page.run(DRAWING));
    }

    /** The statistics that the page has asked for. */
    private List<String> asked() {
        List<?> names = (List<?>)
                Objects.requireNonNull(
                        page.run(
                                "return performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('api/stats'))"));
        return names.stream()
                .map(name -> URI.create(String.valueOf(name)))
                .map(uri -> uri.getPath() + "?" + uri.getQuery())
                .toList();
    }

    private String time(String css) {
        return String.valueOf(page.see(css + " time").getDomAttribute("datetime"));
    }

    private JsonNode overview() {
        return Api.json(api.get("/api/overview"));
    }

    /** As people read it: below ten in tenths, and what would be none of them is said to be less. */
    private static String figure(JsonNode number) {
        if (number.asDouble() > 0 && number.asDouble() < 0.05) {
            return "< 0.1";
        }
        DecimalFormat spelling = new DecimalFormat(
                number.asDouble() < 10 ? "#,##0.#" : "#,##0", DecimalFormatSymbols.getInstance(Locale.US));
        spelling.setRoundingMode(RoundingMode.HALF_UP);
        return spelling.format(number.asDouble());
    }

    /** As if more had happened: rates are of the last seconds, and what really happens is counted in a dozen of them. */
    private void goOn() throws SQLException {
        scene.server()
                .database()
                .execute("update queue_counts set accepted = accepted + 100, delivered = delivered + 3,"
                        + " failed_attempts = failed_attempts + 1");
    }

    /** Of an hour in minutes and of a week in hours. */
    private void history() throws SQLException {
        scene.server().database().execute("""
                insert into queue_stats (team_id, queue_id, at, step, accepted, delivered, failed_attempts, retried, died,
                       cancelled, lateness, lateness_max_ms, duration, duration_max_ms)
                select t.id, 0, date_trunc(case step when 60 then 'minute' else 'hour' end, now()) - n * step * interval '1 second',
                       step, step, step - n, n, 0, 0, 0, array[100, 9000, 100, 200], 9, array[0, 4000, 4000, 9], 9
                  from teams t
                 cross join (values (60, 59), (3600, 167)) s (step, steps)
                 cross join lateral generate_series(1, s.steps) n
                 where t.name = 'default'
                """);
    }
}
