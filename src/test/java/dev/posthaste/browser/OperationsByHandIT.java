package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several rows, or all that a filter finds, sent again or removed for good. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsByHandIT {
    private static final String FIRST = test("list-operations") + " tr[data-id]:first-child";

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
    void severalJobsAreDeletedAfterAQuestionThatSaysWhatGoesWithThem() {
        List<Long> jobs = pushed("deleted", 3, "/ok", ", \"delay\": 3600");
        page.open("#/jobs?queue=deleted");
        page.click(row("jobs", jobs.get(0)) + " input");
        page.click(row("jobs", jobs.get(2)) + " input");

        page.click(test("bulk-delete"));
        page.awaitText(test("confirm"), "Delete 2 jobs, each with its whole chain, its runs and callbacks?");
        page.click(test("confirm-no"));
        page.awaitGone("dialog");
        assertThat(jobs).allMatch(this::isThere);
        page.click(test("bulk-delete"));
        page.click(test("confirm-yes"));

        page.awaitNote("Delete: 2 of 2 rows done.");
        page.awaitText(test("list-count"), "All 1");
        assertThat(page.rows("jobs")).containsExactly(jobs.get(1).toString());
        assertThat(jobs).filteredOn(this::isThere).containsExactly(jobs.get(1));
    }

    @Test
    void severalJobsAreSentAgainEachAsANewOne() {
        List<Long> jobs = pushed("resent", 3, "/resent", ", \"payload\": {\"n\": 1.0}");
        await().until(() -> jobs.stream().allMatch(this::isCompleted));
        page.open("#/jobs?queue=resent");
        page.click(row("jobs", jobs.get(0)) + " input");
        page.click(row("jobs", jobs.get(2)) + " input");

        page.click(test("bulk-replay"));
        page.awaitText(test("confirm"), "Send 2 jobs again, each as a new one?");
        page.click(test("confirm-yes"));

        page.awaitNote("Replay: 2 of 2 rows done.");
        page.awaitText(test("list-count"), "All 5");
        await().until(() -> scene.receiver().count("/resent") == 5);
        assertThat(scene.receiver().arrivals("/resent"))
                .allMatch(arrival -> arrival.body().equals("{\"n\": 1.0}"));
        assertThat(page.rows("jobs"))
                .contains(
                        api.job(jobs.get(0)).get("replayed_as").asText(),
                        api.job(jobs.get(2)).get("replayed_as").asText());
        assertThat(api.job(jobs.get(1)).get("replayed_as").isNull()).isTrue();
    }

    @Test
    void allDeadLettersThatMatchAreCountedAndThenSentAgain() {
        scene.receiver().script("/dying", RecordingReceiver.status(500));
        pushed("dead", 3, "/dying", ", \"retry_delays\": [1]");
        pushed("dead of others", 1, "/dying", ", \"retry_delays\": [1]");
        await().until(() ->
                letters("dead").size() == 3 && letters("dead of others").size() == 1);
        scene.receiver().script("/dying", RecordingReceiver.status(200));
        page.open("#/dead-letters?queue=dead");
        page.awaitText(test("list-count"), "All 3");

        page.click(test("bulk"));
        page.see(test("operation-dialog"));
        assertThat(page.value(test("operation-form", "field-action"))).isEqualTo("replay");
        assertThat(page.value(test("operation-form", "field-queue"))).isEqualTo("dead");
        assertThat(page.value(test("operation-form", "field-final_status"))).isEqualTo("dead_lettered");
        page.click(test("operation-form", "submit"));
        page.awaitNote("Counting. Nothing is changed.");
        page.awaitText(FIRST, "3 match");
        page.awaitStatus(FIRST, "finished");
        assertThat(scene.receiver().count("/dying")).isEqualTo(8);
        assertThat(letters("dead")).hasSize(3);

        page.click(FIRST + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Replay 3 jobs");
        page.awaitText(test("confirm"), "Queue: dead, ");
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "3 done, 0 skipped of 3");
        page.awaitStatus(FIRST, "finished");
        await().until(() -> scene.receiver().count("/dying") == 11);
        assertThat(letters("dead")).isEmpty();
        assertThat(letters("dead of others")).hasSize(1);
        page.open("#/dead-letters?queue=dead");
        page.see(test("empty"));
    }

    @Test
    void whatIsFinishedIsSentAgainByAnOperationThatIsMadeByHand() {
        List<Long> jobs = pushed("again", 2, "/again", "");
        long waiting = pushed("again", 1, "/again", ", \"delay\": 3600").get(0);
        await().until(() -> jobs.stream().allMatch(this::isCompleted));
        page.open("#/operations");

        page.click(test("new-operation"));
        assertThat(page.value(test("operation-form", "field-action"))).isEqualTo("replay");
        page.type(test("operation-form", "field-queue"), "again");
        page.choose(test("operation-form", "field-status"), "completed");
        page.click(test("operation-form", "submit"));
        page.awaitText(FIRST, "2 match");
        page.awaitStatus(FIRST, "finished");
        assertThat(scene.receiver().count("/again")).isEqualTo(2);
        page.click(FIRST + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Replay 2 jobs");
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "2 done, 0 skipped of 2");
        await().until(() -> scene.receiver().count("/again") == 4);
        assertThat(jobs).allMatch(job -> !api.job(job).get("replayed_as").isNull());
        assertThat(api.job(waiting).get("status").asText()).isEqualTo("pending");
    }

    @Test
    void whatIsFinishedIsRemovedByAnOperationThatIsMadeByHand() {
        List<Long> jobs = pushed("purged", 3, "/purged", "");
        long waiting = pushed("purged", 1, "/purged", ", \"delay\": 3600").get(0);
        long other = pushed("kept", 1, "/purged", "").get(0);
        await().until(() -> jobs.stream().allMatch(this::isCompleted) && isCompleted(other));
        page.open("#/operations");
        int before = Api.json(api.get("/api/operations?limit=100")).get("data").size();

        page.click(test("new-operation"));
        page.see(test("operation-dialog"));
        page.click(test("dialog-close"));
        page.awaitGone("dialog");
        page.click(test("new-operation"));
        page.choose(test("operation-form", "field-action"), "purge");
        page.type(test("operation-form", "field-queue"), "purged");
        page.click(test("operation-form", "submit"));
        page.awaitText(FIRST, "4 match, 1 of them would be skipped");
        page.awaitStatus(FIRST, "finished");
        assertThat(jobs).allMatch(this::isThere);
        page.click(FIRST + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Purge 3 jobs");
        page.click(test("confirm-no"));
        page.awaitGone("dialog");
        page.click(FIRST + " " + test("run-operation"));
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "3 done, 1 skipped of 4");
        assertThat(jobs).noneMatch(this::isThere);
        assertThat(isThere(waiting)).isTrue();
        assertThat(isThere(other)).isTrue();
        assertThat(Api.json(api.get("/api/operations?limit=100")).get("data")).hasSize(before + 2);
    }

    @Test
    void whatIsCountedSlowlyIsRunSlowly() {
        pushed("rate", 2, "/never", ", \"delay\": 3600");
        page.visit("#/operations?new=1&action=cancel&queue=rate");
        page.type(test("operation-form", "field-max_per_second"), "7");
        page.click(test("operation-form", "submit"));
        page.awaitText(FIRST, "2 match");
        page.awaitStatus(FIRST, "finished");

        page.click(FIRST + " " + test("run-operation"));
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "2 done, 0 skipped of 2");
        assertThat(Api.json(api.get("/api/operations"))
                        .at("/data/0/max_per_second")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void whatIsCountedBeforeATimeIsRunBeforeThatTime() throws Exception {
        List<Long> jobs = pushed("times", 2, "/never", ", \"delay\": 3600");
        scene.server()
                .database()
                .execute("update jobs set created_at = '2024-06-01T00:00:00Z' where id = " + jobs.get(0));
        page.visit("#/operations?new=1&action=cancel&queue=times");
        page.fill(test("operation-form", "field-before"), "2025-01-01T00:00:00");
        page.click(test("operation-form", "submit"));
        page.awaitText(FIRST, "1 match");
        page.awaitStatus(FIRST, "finished");

        page.click(FIRST + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Cancel 1 job");
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "1 done, 0 skipped of 1");
        JsonNode run = Api.json(api.get("/api/operations")).at("/data/0");
        assertThat(run.get("dry_run").asBoolean()).isFalse();
        assertThat(run.at("/filter/before").asText()).isEqualTo("2025-01-01T00:00:00+00:00");
        assertThat(jobs).extracting(job -> api.job(job).get("status").asText()).containsExactly("cancelled", "pending");
    }

    /** With a part of it left out, it would be done to more than is seen. */
    @ParameterizedTest
    @CsvSource({
        "dead-letters, purge-all, queue failure_reason host url tag",
        "dead-letters, bulk, queue failure_reason host url tag",
        "jobs, bulk, queue status final_status url tag"
    })
    void theWholeFilterOfAListIsThatOfTheBulkAction(String list, String button, String fields) {
        Map<String, String> filter = Map.of(
                "queue", "some",
                "failure_reason", "timeout",
                "host", "example.com",
                "url", "part",
                "tag", "red",
                "status", "failed",
                "final_status", "dead_lettered");
        List<String> names = List.of(fields.split(" ", -1));
        page.visit("#/" + list + "?"
                + names.stream().map(name -> name + "=" + filter.get(name)).collect(Collectors.joining("&")));

        page.click(test(button));

        page.see(test("operation-dialog"));
        for (String name : names) {
            assertThat(page.value(test("operation-form", "field-" + name)))
                    .as(name)
                    .isEqualTo(filter.get(name));
        }
        if (list.equals("dead-letters")) {
            assertThat(page.value(test("operation-form", "field-final_status"))).isEqualTo("dead_lettered");
            assertThat(page.value(test("operation-form", "field-replayed"))).isEqualTo("false");
        }
        page.click(test("dialog-close"));
    }

    @Test
    void aCountThatWasRunSaysAsWhatAndAsksInTheWordsOfItsFormByTheReadersClock() {
        List<Long> jobs = pushed("run once", 2, "/run-once", "");
        await().until(() -> jobs.stream().allMatch(this::isCompleted));
        page.open("#/operations?new=1&queue=run+once&final_status=success");
        page.click(test("operation-form", "submit"));
        page.awaitText(FIRST, "2 match");
        page.awaitStatus(FIRST, "finished");
        String count = row("operations", Long.parseLong(page.rows("operations").get(0)));
        assertThat(page.count(count + " " + test("ran"))).isZero();
        page.see(count + " .primary");

        page.click(count + " " + test("run-operation"));
        page.awaitText(test("confirm"), "Over Queue: run once, Ended as: Success, Accepted before: 2");
        page.awaitText(test("confirm"), " UTC. ");
        page.awaitText(test("confirm"), "what has come into its state since is taken as well");
        page.click(test("confirm-yes"));

        page.awaitText(FIRST, "2 done, 0 skipped of 2");
        page.awaitText(count, "run as " + page.rows("operations").get(0));
        page.awaitText(count + " " + test("run-operation"), "Run again");
        assertThat(page.count(count + " .primary")).isZero();
        page.click(test("zone") + " button:last-child");
        page.awaitText(FIRST, "UTC+");
        page.click(test("zone") + " button:first-child");
    }

    private boolean isThere(long job) {
        return api.get("/api/jobs/" + job).statusCode() == 200;
    }

    private boolean isCompleted(long job) {
        return api.job(job).get("status").asText().equals("completed");
    }

    private JsonNode letters(String queue) {
        return Api.json(api.get("/api/dead-letters?queue=" + queue.replace(" ", "%20")))
                .get("data");
    }

    private List<Long> pushed(String queue, int count, String path, String more) {
        return api.pushAll(
                "{\"queue\": \"" + queue + "\", \"url\": \"" + scene.receiver().url(path) + "\"" + more + "}", count);
    }
}
