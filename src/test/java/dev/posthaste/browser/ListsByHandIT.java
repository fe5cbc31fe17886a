package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;

/** Many jobs: found, selected, acted upon together, and saved as a file. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsByHandIT {
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
        page.assertClean();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void theFilterStandsInTheAddressSoThatABookmarkIsAView() {
        List<Long> jobs = pushed("filtered", 3, ", \"delay\": 3600, \"tags\": [\"red\"]");
        api.post("/api/jobs/" + jobs.get(1) + "/cancel", "");
        page.open("#/jobs");

        page.type(test("filter-queue"), "filtered\n");
        page.awaitTrue("location.hash === '#/jobs?queue=filtered'");
        page.awaitText(test("list-count"), "All 3");
        page.choose(test("filter-status"), "cancelled");
        page.awaitText(test("list-count"), "All 1");
        assertThat(page.rows("jobs")).containsExactly(jobs.get(1).toString());
        page.reload();
        page.awaitText(test("list-count"), "All 1");
        assertThat(page.value(test("filter-queue"))).isEqualTo("filtered");
        page.back();
        page.awaitText(test("list-count"), "All 3");
        page.click(test("clear"));
        page.awaitTrue("location.hash === '#/jobs'");
    }

    @ParameterizedTest
    @CsvSource({
        "jobs, api/jobs, final_status, dead_lettered",
        "dead-letters, api/dead-letters, queue, some",
        "dead-letters, api/dead-letters, failure_reason, timeout",
        "dead-letters, api/dead-letters, host, example.com",
        "dead-letters, api/dead-letters, url, example",
        "dead-letters, api/dead-letters, tag, some",
        "crons, api/crons, name, some",
        "crons, api/crons, is_active, true",
        "crons, api/crons, url, example",
        "crons, api/crons, tag, some",
        "alerts, api/alerts, type, warning",
        "alerts, api/alerts, alertable_type, cron",
        "settings, api/audit, actor, some",
        "settings, api/audit, action, token.create"
    })
    void whatIsChosenInAFilterIsAskedFor(String address, String path, String field, String value) {
        page.visit("#/" + address).awaitRest();
        page.run("performance.clearResourceTimings()");
        String filter = test("filter-" + field);

        if (page.see(filter).getTagName().equals("select")) {
            page.choose(filter, value);
        } else {
            page.type(filter, value + "\n");
        }

        String query = "?" + field + "=" + value;
        page.awaitTrue("location.hash === arguments[0]", "#/" + address + query);
        page.awaitTrue(
                "performance.getEntriesByType('resource').some(one => one.name.includes(arguments[0]))",
                path + query + "&");
        page.awaitRest();
        page.reload().awaitRest();
        assertThat(page.value(filter)).isEqualTo(value);
    }

    /** Chosen in this order, and in the other one. */
    @ParameterizedTest
    @CsvSource({
        "jobs, queue=some status=failed final_status=success url=example",
        "dead-letters, queue=some failure_reason=timeout host=example.com url=example tag=some",
        "crons, name=some is_active=true url=example tag=some",
        "alerts, type=warning alertable_type=cron",
        "settings, actor=some action=token.create"
    })
    void aFilterTakesNoOtherOneAway(String address, String filters) {
        List<String> forth = List.of(filters.split(" ", -1));
        List<String> back = new ArrayList<>(forth);
        Collections.reverse(back);
        for (List<String> order : List.of(forth, back)) {
            page.visit("#/" + address).awaitRest();
            for (int i = 0; i < order.size(); i++) {
                String field = order.get(i).split("=", -1)[0];
                String value = order.get(i).split("=", -1)[1];
                boolean isSearch = address.equals("jobs") && field.equals("url");
                choose(isSearch ? test("search") : test("filter-" + field), value);
                page.awaitTrue(
                        "[...new URLSearchParams(location.hash.split('?')[1])].map(pair => pair.join('=')).sort().join() === arguments[0]",
                        String.join(
                                ",", order.subList(0, i + 1).stream().sorted().toList()));
                page.awaitRest();
            }
        }
    }

    private void choose(String filter, String value) {
        if (page.see(filter).getTagName().equals("select")) {
            page.choose(filter, value);
        } else {
            page.type(filter, value + "\n");
        }
    }

    @Test
    void aListThatCannotBeReadSaysWhyAndIsReadWhenItIsTriedAgain() {
        long job = pushed("tried", 1, ", \"delay\": 3600").get(0);
        page.open("#/overview").awaitRest();
        page.run("""
                window.ask = window.fetch;
                window.fetch = (path, call) => path.startsWith("api/jobs")
                  ? Promise.resolve(new Response('{"error": "Too many at once."}', { status: 429 })) : window.ask(path, call);
                """);
        page.open("#/jobs?queue=tried");
        page.awaitText(test("list-error"), "Too many at once.");
        page.run("window.fetch = window.ask");

        page.click(test("list-error") + " button");

        page.see(row("jobs", job));
        page.awaitGone(test("list-error"));
    }

    /**
     * The page, its style and its script, and the rows. Beside them it is asked who is signed in, and once that is answered how
     * everything is, from then on: here neither ever is.
     */
    @Test
    void theFirstListNeedsThreeFilesAndOneCallOfTheApi() {
        long job = pushed("first", 1, ", \"delay\": 3600").get(0);
        ChromeDriver driver = page.browser().driver();
        page.awaitRest();
        page.visit("#/overview").awaitRest();
        String held =
                String.valueOf(driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                                const ask = window.fetch;
                                window.held = [];
                                window.fetch = (path, call) => path.startsWith("api/jobs")
                                  ? ask(path, call) : (window.held.push(path), new Promise(() => {}));
                                """))
                        .get("identifier"));
        page.requests();

        page.visit("#/jobs?queue=first");
        page.see(row("jobs", job));

        List<String> requests = page.requests();
        assertThat(requests).containsExactlyInAnyOrder("", "style.css", "app/main.js", "api/jobs?queue=first&limit=25");
        assertThat(page.run("return window.held")).isEqualTo(List.of("api/me"));
        driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", held));
        page.reload();
    }

    @Test
    void aSearchKnowsAnIdATagAndAPartOfAUrl() {
        List<Long> jobs = pushed("searched", 2, ", \"delay\": 3600, \"tags\": [\"blue moon\"]");
        long other = scene.push("searched", "/needle?a=1", ", \"delay\": 3600");
        page.open("#/jobs?queue=searched");
        page.awaitText(test("list-count"), "All 3");

        page.type(test("search"), "tag:blue moon\n");
        page.awaitText(test("list-count"), "All 2");
        page.type(test("search"), "needle\n");
        page.awaitText(test("list-count"), "All 1");
        assertThat(page.rows("jobs")).containsExactly(String.valueOf(other));
        page.type(test("search"), jobs.get(0) + "\n");
        page.awaitTitle("Job " + jobs.get(0));
    }

    @Test
    void ofMoreThanAPageTheRestIsLoadedWhenItIsAskedForAndNothingIsCounted() {
        pushed("long", 60, ", \"delay\": 3600");
        page.open("#/jobs?queue=long");

        page.awaitText(test("list-count"), "25 of many");
        page.click(test("more"));
        page.awaitText(test("list-count"), "50 of many");
        page.click(test("more"));
        page.awaitText(test("list-count"), "All 60");
        assertThat(page.rows("jobs")).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void whatIsNewIsAnnouncedAndComesInWhenItIsAskedForAndNothingMovesWhileRowsAreSelected() {
        List<Long> jobs = pushed("live", 2, ", \"delay\": 3600");
        page.open("#/jobs?queue=live");
        page.awaitText(test("list-count"), "All 2");

        api.post("/api/jobs/" + jobs.get(0) + "/cancel", "");
        long fresh = pushed("live", 1, ", \"delay\": 3600").get(0);
        letTimePass();
        page.awaitText(test("show-new"), "1 new one: show");
        page.awaitStatus(row("jobs", jobs.get(0)), "cancelled");
        assertThat(page.rows("jobs")).doesNotContain(String.valueOf(fresh));
        page.click(test("show-new"));
        page.awaitText(test("list-count"), "All 3");

        page.click(row("jobs", fresh) + " input");
        page.awaitText(test("list-count"), "1 selected");
        api.post("/api/jobs/" + jobs.get(1) + "/cancel", "");
        letTimePass();
        letItLook();
        page.see(row("jobs", jobs.get(1)) + " [data-status=pending]");
        page.click(test("bulk-none"));
        page.awaitStatus(row("jobs", jobs.get(1)), "cancelled");
        page.awaitText(test("list-count"), "All 3");
    }

    @Test
    void aRangeIsSelectedByShiftAndCancelledTogether() {
        List<Long> jobs = pushed("ranged", 5, ", \"delay\": 3600");
        page.open("#/jobs?queue=ranged");

        page.click(row("jobs", jobs.get(3)) + " input");
        page.clickHolding(Keys.SHIFT, row("jobs", jobs.get(1)) + " input");
        page.awaitText(test("list-count"), "3 selected");
        page.click(test("bulk-cancel"));
        page.awaitText(test("confirm"), "Cancel 3 jobs?");
        page.click(test("confirm-yes"));

        page.awaitNote("Cancel: 3 of 3 rows done.");
        page.awaitStatus(row("jobs", jobs.get(2)), "cancelled");
        assertThat(jobs.stream().map(id -> api.job(id).get("status").asText()))
                .containsExactly("pending", "cancelled", "cancelled", "cancelled", "pending");
        page.click(test("select-all"));
        page.awaitText(test("list-count"), "5 selected");
        page.click(test("bulk-cancel"));
        page.click(test("confirm-yes"));
        page.awaitText(test("problems"), "Cancel: 2 of 5 rows done.");
        page.click(test("problems") + " button");
        page.assertClean("409");
    }

    @Test
    void deadLettersAreGroupedReplayedAndPurged() {
        scene.receiver().script("/dying", RecordingReceiver.status(500));
        pushed("dead", 3, "/dying", ", \"retry_delays\": [1]");
        await().until(() -> letters("dead").size() == 3);
        scene.receiver().script("/dying", RecordingReceiver.status(200));
        List<JsonNode> letters = letters("dead");
        // They are of all dead letters, so that no filter goes with them.
        page.open("#/dead-letters");
        page.awaitText(test("groups"), "dead");
        assertThat(page.see(test("groups") + " .bars a").getDomAttribute("href"))
                .isEqualTo("#/dead-letters?queue=dead");
        page.click(test("group-by") + " button:nth-child(2)");
        page.awaitTrue("/http.server.error/i.test(document.querySelector(arguments[0]).textContent)", test("groups"));
        page.open("#/dead-letters?queue=dead");
        page.awaitGone(test("groups"));
        page.awaitText(test("list-count"), "All 3");
        page.click(row("dead-letters", letters.get(0).get("id").asLong()) + " input");
        page.click(test("bulk-replay"));
        page.click(test("confirm-yes"));
        page.awaitText(test("list-count"), "All 2");
        page.click(row("dead-letters", letters.get(1).get("id").asLong()) + " input");
        page.click(test("bulk-purge"));
        page.click(test("confirm-yes"));

        page.awaitText(test("list-count"), "All 1");
        assertThat(scene.receiver().count("/dying")).isEqualTo(7);
        assertThat(api.get("/api/jobs/" + letters.get(1).get("id")).statusCode())
                .isEqualTo(404);
        assertThat(api.job(letters.get(0).get("id").asLong()).get("replayed_as").isNull())
                .isFalse();
    }

    @Test
    void allThatMatchesIsCountedFirstAndThenWorkedThrough() {
        List<Long> jobs = pushed("bulk", 40, ", \"delay\": 3600");
        page.open("#/jobs?queue=bulk&status=pending");

        page.click(test("bulk"));
        page.choose(test("operation-form", "field-action"), "cancel");
        assertThat(page.value(test("operation-form", "field-queue"))).isEqualTo("bulk");
        page.click(test("operation-form", "submit"));
        page.awaitText(test("list-operations") + " tr[data-id]:first-child", "40 match");
        page.awaitStatus(test("list-operations") + " tr[data-id]:first-child", "finished");
        assertThat(api.job(jobs.get(0)).get("status").asText()).isEqualTo("pending");

        page.click(test("list-operations") + " tr[data-id]:first-child " + test("run-operation"));
        page.awaitText(test("confirm"), "Cancel 40 jobs");
        page.click(test("confirm-yes"));

        page.awaitText(test("list-operations") + " tr[data-id]:first-child", "40 done, 0 skipped of 40");
        assertThat(jobs).allMatch(id -> api.job(id).get("status").asText().equals("cancelled"));
    }

    @Test
    void whatComesAfterTheCountIsLeftAlone() {
        List<Long> counted = pushed("counted", 3, ", \"delay\": 3600");
        page.open("#/operations?new=1&queue=counted");
        page.choose(test("operation-form", "field-action"), "cancel");
        page.click(test("operation-form", "submit"));
        String first = test("list-operations") + " tr[data-id]:first-child";
        page.awaitText(first, "3 match");
        page.awaitStatus(first, "finished");
        // An operation tells of its beginning in whole seconds.
        Instant second = Instant.parse(Api.json(api.get("/api/operations?limit=1"))
                .at("/data/0/created_at")
                .asText());
        await().until(() -> Instant.now().isAfter(second.plusSeconds(1)));
        List<Long> later = pushed("counted", 4, ", \"delay\": 3600");

        page.click(first + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Cancel 3 jobs");
        page.click(test("confirm-yes"));

        page.awaitText(first, "3 done, 0 skipped of 3");
        assertThat(counted).allMatch(id -> api.job(id).get("status").asText().equals("cancelled"));
        assertThat(later).allMatch(id -> api.job(id).get("status").asText().equals("pending"));
    }

    /** Each is a call of its own, and the server may take its time. */
    @Test
    void anActionOverRowsCannotBeBegunAgainWhileItWorks() {
        List<Long> jobs = pushed("slowly", 3, ", \"delay\": 3600");
        page.open("#/jobs?queue=slowly");
        page.click(test("select-all"));
        page.awaitText(test("list-count"), "3 selected");
        page.run("""
                const ask = window.fetch;
                window.fetch = async (path, call) => {
                  call?.method === "POST" && await new Promise(go => window.goOn = go);
                  return ask(path, call);
                };
                """);

        page.click(test("bulk-cancel"));
        page.click(test("confirm-yes"));

        page.awaitText(test("list-count"), "Cancel: 0 of 3");
        assertThat(page.count(test("bulk-cancel"))).isZero();
        // A key asks for it as well.
        page.press("c");
        page.awaitText(test("problems"), "Cancel: not begun");
        assertThat(page.count("dialog")).isZero();
        page.click(test("problems") + " button");
        page.run("window.goOn()");
        page.awaitText(test("list-count"), "Cancel: 1 of 3");
        page.run("window.goOn()");
        page.awaitText(test("list-count"), "Cancel: 2 of 3");
        page.run("window.goOn()");
        page.awaitNote("Cancel: 3 of 3 rows done.");
        assertThat(jobs).allMatch(id -> api.job(id).get("status").asText().equals("cancelled"));
        page.reload();
    }

    @Test
    void aBulkActionTellsHowFarItIsAndCanBeStopped() {
        pushed("slow", 50, ", \"delay\": 3600");
        api.post("/api/operations", """
                {"action": "cancel", "filter": {"queue": "slow"}, "dry_run": false, "max_per_second": 1}
                """);
        page.open("#/operations");

        String first = test("list-operations") + " tr[data-id]:first-child";
        page.awaitStatus(first, "running");
        page.click(first + " " + test("stop"));

        page.awaitStatus(first, "stopped");
        page.awaitGone(first + " " + test("stop"));
        assertThat(Api.json(api.get("/api/operations")).at("/data/0/done").asLong())
                .isLessThan(50);
    }

    @Test
    void aTableIsSavedWholeAsCsv() throws Exception {
        pushed("saved", 30, ", \"delay\": 3600, \"tags\": [\"=1+1\", \"a,b\", \"c d\"]");
        page.open("#/jobs?queue=saved");
        page.awaitText(test("list-count"), "25 of many");

        page.click(test("list-jobs", "csv"));

        page.awaitNote("30 rows saved");
        Path file = page.browser().downloads().resolve("posthaste-jobs.csv");
        await().until(() -> Files.exists(file));
        // Within a cell, where each tag has a line of its own, it is a line feed alone.
        List<String> lines = List.of(Files.readString(file).split("\r\n"));
        assertThat(lines).hasSize(31);
        assertThat(lines.get(0)).startsWith("\ufeffid,status,final_status,queue,method,url,tags,");
        assertThat(lines.get(1)).contains("pending", "saved", scene.receiver().url("/ok"), "\"'=1+1\na,b\nc d\"");
    }

    /** As if eleven seconds had gone by: lists look again after ten. */
    private void letTimePass() {
        page.run("const now = performance.now.bind(performance); performance.now = () => now() + 11000");
    }

    /** Longer than the page takes between two looks at whether it is time, twice. */
    private void letItLook() {
        page.run("window.ticks = 0; setInterval(() => window.ticks++, 500)");
        await().until(() -> ((Number) Objects.requireNonNull(page.run("return window.ticks"))).intValue() > 3);
    }

    private List<JsonNode> letters(String queue) {
        JsonNode found = Api.json(api.get("/api/dead-letters?queue=" + queue)).get("data");
        return java.util.stream.StreamSupport.stream(found.spliterator(), false).toList();
    }

    private List<Long> pushed(String queue, int count, String more) {
        return pushed(queue, count, "/ok", more);
    }

    private List<Long> pushed(String queue, int count, String path, String more) {
        return api.pushAll(
                "{\"queue\": \"" + queue + "\", \"url\": \"" + scene.receiver().url(path) + "\"" + more + "}", count);
    }
}
