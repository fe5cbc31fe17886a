package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/** What a page shows is read again while somebody looks, and what it offers is done to that and to nothing else. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LivePagesIT {
    private static final String LATER = ", \"delay\": 3600";

    private Scene scene;
    private Api api;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        page = scene.signedIn();
        page.assertClean("api/me - Failed to load resource");
    }

    @AfterEach
    void nothingWentWrong() {
        page.assertClean("404");
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void aRowThatNoLongerMatchesLeavesOnWhicheverPageItIs() {
        List<Long> jobs = pushed("leaving", 60);
        visit("#/jobs?queue=leaving&status=pending");
        page.awaitText(test("list-count"), "25 of many");
        page.click(test("more"));
        page.awaitText(test("list-count"), "50 of many");

        cancel(jobs.get(58));
        cancel(jobs.get(15));
        letTimePass();

        page.awaitGone(row("jobs", jobs.get(58)));
        page.awaitGone(row("jobs", jobs.get(15)));
        // Those that come next take their places, and are not new.
        assertThat(page.rows("jobs")).hasSize(50).contains("" + jobs.get(8)).doesNotContain("" + jobs.get(7));
        assertThat(page.count(test("show-new"))).isZero();
        page.awaitText(test("list-count"), "50 of many");
        page.click(test("more"));
        page.awaitText(test("list-count"), "All 58");
        assertThat(page.rows("jobs")).doesNotHaveDuplicates();
    }

    @Test
    void whatBeginsToMatchIsAnnouncedAndAnEmptiedListShowsWhatThereIs() {
        List<Long> jobs = pushed("turning", 3);
        cancel(jobs.get(2));
        visit("#/jobs?queue=turning&status=cancelled");
        page.awaitText(test("list-count"), "All 1");

        cancel(jobs.get(0));
        letTimePass();
        page.awaitText(test("show-new"), "1 new one: show");
        page.click(test("show-new"));
        page.awaitText(test("list-count"), "All 2");

        api.delete("/api/jobs/" + jobs.get(0));
        api.delete("/api/jobs/" + jobs.get(2));
        letTimePass();
        page.see(test("empty"));
        cancel(jobs.get(1));
        letTimePass();
        page.see(row("jobs", jobs.get(1)));
    }

    @Test
    void aRangeFromARowThatHasLeftIsNotARangeFromTheTop() {
        List<Long> jobs = pushed("ranges", 5);
        visit("#/jobs?queue=ranges&status=pending");

        page.click(row("jobs", jobs.get(1)) + " input");
        page.click(row("jobs", jobs.get(1)) + " input");
        cancel(jobs.get(1));
        letTimePass();
        page.awaitGone(row("jobs", jobs.get(1)));
        page.clickHolding(Keys.SHIFT, row("jobs", jobs.get(0)) + " input");

        page.awaitText(test("list-count"), "1 selected");
        page.click(test("bulk-none"));
    }

    @Test
    void aQueueACronAndAnExecutionAreSeenAsTheyAreNow() {
        long queue = api.createQueue("{\"name\": \"live\"}");
        visit("#/queues/" + queue);
        page.awaitStatus(".head", "active");
        api.post("/api/queues/" + queue + "/pause", "");
        letTimePass();
        page.awaitStatus(".head", "paused");

        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"live\", \"queue\": \"live\", \"cron_expression\": \"@yearly\", \"url\": \""
                                + scene.receiver().url("/fired") + "\"}"))
                .get("id")
                .asLong();
        page.open("#/crons/" + cron);
        page.awaitStatus(".head", "active");
        long execution = Api.json(api.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();
        api.post("/api/crons/" + cron + "/pause", "");
        letTimePass();
        page.awaitStatus(".head", "paused");
        page.see(row("executions", execution));

        page.open("#/crons/" + cron + "/" + execution);
        page.awaitStatus(".head", "pending");
        api.post("/api/queues/" + queue + "/resume", "");
        page.awaitStatus(".head", "completed");
        page.see(test("run"));
    }

    @Test
    void aLetterThatWasReplayedIsNeitherReplayedNorPurgedAgain() {
        scene.receiver().script("/dying", RecordingReceiver.status(500));
        for (int i = 0; i < 3; i++) {
            scene.push("dead", "/dying", ", \"retry_delays\": [1]");
        }
        await().until(() -> letters().size() == 3);
        scene.receiver().script("/dying", RecordingReceiver.status(200));
        List<Long> letters = letters();
        visit("#/dead-letters?queue=dead");
        page.awaitText(test("list-count"), "All 3");
        api.post("/api/dead-letters/replay", "{\"ids\": [" + letters.get(0) + "]}");

        page.click(row("dead-letters", letters.get(0)) + " input");
        page.click(test("bulk-replay"));
        page.click(test("confirm-yes"));
        page.awaitText(test("problems"), "Replay: 0 of 1 row done. Job " + letters.get(0) + " is no dead letter");
        page.click(test("problems") + " button");
        page.awaitText(test("list-count"), "All 2");
        String newest = test("list-operations") + " tr[data-id]:first-child ";
        page.click(test("purge-all"));
        page.click(test("operation-form", "submit"));
        page.awaitText(newest, "2 match");
        page.click(newest + test("run-operation"));
        page.awaitText(test("confirm"), "Purge 2 jobs");
        page.click(test("confirm-yes"));

        page.awaitText(newest, "2 done, 0 skipped of 2");
        assertThat(api.get("/api/jobs/" + letters.get(1)).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/jobs/" + letters.get(0)).statusCode()).isEqualTo(200);
    }

    @Test
    void howAnAttemptEndedIsNoFilterOfChains() {
        visit("#/jobs?final_status=failed_with_retries");

        page.click(test("bulk"));

        page.see(test("not-taken"));
        assertThat(page.value(test("operation-form", "field-final_status"))).isEmpty();
        page.type(test("operation-form", "field-queue"), "ended");
        page.click(test("operation-form", "submit"));
        page.awaitText(test("list-operations") + " tr[data-id]:first-child", "Queue: ended");
        JsonNode filter = Api.json(api.get("/api/operations?limit=1")).at("/data/0/filter");
        assertThat(filter.get("queue").asText()).isEqualTo("ended");
        assertThat(filter.path("final_status").isTextual()).isFalse();
    }

    /** Taken for the opposite, it would remove what was to be kept. */
    @Test
    void aBookmarkOfABulkActionMeansWhatItSaysOrIsRefused() {
        visit("#/operations?new=1&action=purge&queue=dead&replayed=constructor");
        assertThat(page.value(test("operation-form", "field-replayed"))).isEqualTo("constructor");

        page.click(test("operation-form", "submit"));

        page.awaitText(test("operation-form"), "must be true or false");
        page.click(test("dialog-close"));
        page.assertClean("status of 422");
    }

    @Test
    void aChoiceShowsWhatItAsksForThoughItIsNotOffered() {
        visit("#/jobs?queue=dead&status=finished");

        assertThat(page.value(test("filter-status"))).isEqualTo("finished");
        page.awaitText(test("list-error"), "status");
        page.choose(test("filter-status"), "failed");
        page.awaitTrue("location.hash === '#/jobs?queue=dead&status=failed'");
        page.awaitRest();
        page.assertClean("status of 422");
    }

    /** A clock that is two days ahead: what it says is not what the server is asked for, nor when something is due. */
    @Test
    void whatABrowsersClockSaysDoesNotMatter() {
        long job = scene.push("clock", "/ok", LATER);
        String script = String.valueOf(page.browser()
                .driver()
                .executeCdpCommand(
                        "Page.addScriptToEvaluateOnNewDocument",
                        Map.of("source", "const right = Date.now.bind(Date); Date.now = () => right() + 2 * 86400000;"))
                .get("identifier"));

        visit("#/overview");
        page.see(test("graphs") + " .chart canvas");
        String asked = String.valueOf(
                page.run(
                        "return performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('api/stats')).at(-1)"));
        page.open("#/jobs/" + job);
        page.awaitText(test("chain"), "due in ");
        page.browser()
                .driver()
                .executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));

        Instant from = Instant.parse(java.net.URI.create(asked).getQuery().replaceAll(".*from=([^&]*).*", "$1"));
        assertThat(from).isBetween(Instant.now().minus(Duration.ofHours(2)), Instant.now());
    }

    /** On the day when clocks are set back, and with marks every three hours. */
    @Test
    void theMarksOfAGraphAreWholeHoursOfTheClockOnTheWall() {
        page.browser()
                .driver()
                .executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", "Europe/Berlin"));
        Object hours = page.run("""
                return import(new URL("app/chart.js", document.baseURI)).then(({ marks }) =>
                  marks(Date.parse("2026-10-24T20:30Z") / 1000, Date.parse("2026-10-25T20:30Z") / 1000, 10800, true)
                    .map(at => new Date(at * 1000).getHours()).join() + " " +
                  marks(Date.parse("2026-10-23T12:00Z") / 1000, Date.parse("2026-10-27T12:00Z") / 1000, 86400, true)
                    .map(at => new Date(at * 1000).getHours()).join())
                """);
        page.browser().driver().executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", ""));

        assertThat(hours).isEqualTo("0,3,6,9,12,15,18,21 0,0,0,0");
    }

    private void visit(String address) {
        page.visit(address).awaitRest();
    }

    /** As if eleven seconds had gone by: pages are read again after ten. */
    private void letTimePass() {
        page.run("const now = performance.now.bind(performance); performance.now = () => now() + 11000");
    }

    private List<Long> pushed(String queue, int count) {
        return api.pushAll(
                "{\"queue\": \"" + queue + "\", \"url\": \"" + scene.receiver().url("/ok") + "\"" + LATER + "}", count);
    }

    private void cancel(long job) {
        assertThat(api.post("/api/jobs/" + job + "/cancel", "").statusCode()).isEqualTo(200);
    }

    private List<Long> letters() {
        JsonNode found = Api.json(api.get("/api/dead-letters?queue=dead")).get("data");
        return StreamSupport.stream(found.spliterator(), false)
                .map(letter -> letter.get("id").asLong())
                .toList();
    }
}
