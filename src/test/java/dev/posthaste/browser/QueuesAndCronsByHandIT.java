package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Queues and crons: made, paused, set up otherwise, emptied, set off and removed by somebody with a mouse. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueuesAndCronsByHandIT {
    private Scene scene;
    private Api api;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        scene.receiver().script("/failing", RecordingReceiver.status(500));
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
    void aQueueIsMadeAndItsLimitsAreSetAndTakenAway() {
        page.open("#/queues");
        page.click(test("new-queue"));
        page.type(test("queue-form", "field-name"), "made by hand");
        page.type(test("queue-form", "field-max_parallelism"), "3");
        page.click(test("queue-form", "submit"));

        page.awaitTitle("made by hand");
        long id = Long.parseLong(page.address().replaceAll("\\D", ""));
        assertThat(queue(id).get("max_parallelism").asInt()).isEqualTo(3);
        page.click(test("edit-queue"));
        page.type(test("queue-form", "field-max_parallelism"), "");
        page.type(test("queue-form", "field-max_per_second"), "7");
        page.type(test("queue-form", "field-retry_delays"), "none");
        page.click(test("queue-form", "field-alerts_enabled"));
        page.click(test("queue-form") + " .stack button");
        page.click(test("queue-form", "submit"));
        page.awaitGone("dialog");
        page.awaitText(".facts", "Status code equals  200");
        JsonNode queue = queue(id);
        assertThat(queue.get("max_parallelism").isNull()).isTrue();
        assertThat(queue.get("max_per_second").asInt()).isEqualTo(7);
        assertThat(queue.get("retry_delays")).isEmpty();
        assertThat(queue.get("alerts_enabled").asBoolean()).isTrue();
        assertThat(queue.at("/success_assertions/0/value").asText()).isEqualTo("200");
        page.click(test("edit-queue"));
        page.type(test("queue-form", "field-timeout_seconds"), "many");
        page.click(test("queue-form", "submit"));
        page.awaitText(test("error-timeout_seconds"), "must be an integer");
        page.click(test("dialog-close"));
        page.click(test("delete-queue"));
        page.click(test("confirm-yes"));
        page.awaitTitle("Queues");
        assertThat(api.get("/api/queues/" + id).statusCode()).isEqualTo(404);
        page.assertClean("422");
    }

    @Test
    void aPausedQueueSendsNothingUntilItIsResumed() {
        long id = api.createQueue("{\"name\": \"paused\"}");
        page.open("#/queues");
        page.click(row("queues", id) + " " + test("pause"));
        page.awaitStatus(row("queues", id), "paused");
        scene.push("paused", "/paused", "");
        page.open("#/queues/" + id);
        page.awaitStatus(".head", "paused");
        page.awaitText(".tile", "Pending1");
        assertThat(scene.receiver().count("/paused")).isZero();

        page.click(test("resume"));

        page.awaitStatus(".head", "active");
        await().until(() -> scene.receiver().count("/paused") == 1);
    }

    @Test
    void aQueueIsEmptiedOfWhatIsPending() {
        long id = api.createQueue("{\"name\": \"purged\"}");
        api.pushAll("{\"queue\": \"purged\", \"url\": \"http://example.com/\", \"delay\": 3600}", 3);
        page.open("#/queues/" + id);

        page.click(test("purge-queue"));
        page.click(test("confirm-yes"));

        page.awaitNote("3 jobs cancelled.");
        assertThat(queue(id).at("/counts/pending").asLong()).isZero();
    }

    @Test
    void whatFailsInAQueueIsToldByReasonAndHost() {
        long job = scene.push("fails", "/failing", ", \"retry_delays\": []");
        await().until(() -> api.job(job).get("status").asText().equals("failed"));
        page.open("#/queues/" + api.job(job).get("queue_id").asLong());

        page.awaitText(test("queue-failures"), "1 failed run");
        page.awaitText(test("queue-failures"), "127.0.0.1");
        page.open("#/overview");
        page.awaitText(test("list-last-failures"), "The endpoint answered 500.");
    }

    @Test
    void aCronIsWrittenInItsLanguageAndToldInWords() {
        page.open("#/crons");
        page.click(test("new-cron"));
        page.awaitTitle("New cron");
        page.type(test("cron-form", "field-name"), "Every weekday");
        page.type(test("cron-form", "field-cron_expression"), "61 * * * *");
        page.awaitText(test("preview"), "invalid");
        page.type(test("cron-form", "field-cron_expression"), "30 2 * * 1-5");
        page.type(test("cron-form", "field-timezone"), "Europe/Berlin");
        page.awaitText(test("preview"), "02:30");
        page.type(test("cron-form", "field-url"), scene.receiver().url("/cron"));
        page.fill(test("cron-form", "field-payload"), "{\"n\": 1.0}");
        page.click(test("cron-form", "submit"));

        page.awaitTitle("Every weekday");
        page.awaitStatus(".head", "active");
        page.click(test("run-now"));
        await().until(() -> scene.receiver().count("/cron") == 1);
        assertThat(scene.receiver().arrivals("/cron").get(0).body()).isEqualTo("{\"n\": 1.0}");
        String executions = "/api" + page.address().substring(1) + "/executions";
        await().until(() ->
                Api.json(api.get(executions)).at("/data/0/status").asText().equals("completed"));
        page.click(test("pause"));
        page.awaitStatus(".head", "paused");
        page.awaitText("main", "It is paused and does not fire.");
        page.awaitStatus(test("list-executions"), "completed");
        assertThat(page.count(test("strip") + " rect.good")).isOne();
        page.click(test("resume"));
        page.awaitStatus(".head", "active");

        page.click(test("edit-cron"));
        page.type(test("cron-form", "field-cron_expression"), "@hourly");
        page.click(test("cron-form", "submit"));
        page.awaitGone(test("cron-form"));
        page.awaitText(".panel", "@hourly");
        page.click(test("list-executions") + " .go");
        page.awaitTitle("Execution ");
        page.awaitText(test("run"), "1.0");
        page.back();
        page.click(test("delete-cron"));
        page.click(test("confirm-yes"));
        page.awaitTitle("Crons");
        page.assertClean("crons/preview");
    }

    @Test
    void cronsAreFilteredAndWhoMayOnlyReadSeesWhatOneSends() {
        String url = "\", \"cron_expression\": \"0 3 * * *\", \"url\": \""
                + scene.receiver().url("/nightly") + "\"";
        assertThat(api.post("/api/crons", "{\"name\": \"Untagged" + url + "}").statusCode())
                .isEqualTo(201);
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"Nightly report" + url
                                + ", \"headers\": {\"X-Report\": \"full\"}, \"payload\": \"{\\\"n\\\": 1.0}\", "
                                + "\"timeout_seconds\": 25, \"retry_delays\": [60, 600], \"tags\": [\"reports\"]}"))
                .get("id")
                .asLong();
        page.open("#/crons?tag=reports");
        page.see(row("crons", cron));
        assertThat(page.rows("crons")).hasSize(1);

        page.click(row("crons", cron) + " .go");
        page.awaitTitle("Nightly report");
        page.awaitText(".facts", "25 s");
        page.awaitText(".facts", "60, 600 s");
        page.awaitText(test("sends"), "1.0");
        page.click(test("sends") + " summary");
        page.awaitText(test("sends"), "full");
        page.click(".facts .tag");
        page.awaitTitle("Crons");
        page.see(row("crons", cron));
        assertThat(page.rows("crons")).hasSize(1);
        page.click(test("clear"));
        await().until(() -> page.rows("crons").size() > 1);
        page.click(row("crons", cron) + " .go");
        page.click(test("run-now"));
        page.click(test("list-executions") + " .go");
        page.awaitTitle("Execution ");
        page.awaitText(".tags", "reports");
        page.assertClean();
    }

    @Test
    void executionsAreFilteredByTheirStateInTheAddress() {
        scene.receiver()
                .script("/once", RecordingReceiver.once(RecordingReceiver.status(500), RecordingReceiver.status(200)));
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"By hand\", \"cron_expression\": \"0 3 1 1 *\", \"url\": \""
                                + scene.receiver().url("/once") + "\"}"))
                .get("id")
                .asLong();
        long failed = executed(cron, "failed");
        long completed = executed(cron, "completed");
        page.open("#/crons/" + cron + "?status=failed");
        page.awaitStatus(test("list-executions"), "failed");
        assertThat(page.rows("executions")).containsExactly(String.valueOf(failed));

        page.choose(test("filter-status"), "completed");
        page.awaitStatus(test("list-executions"), "completed");
        assertThat(page.rows("executions")).containsExactly(String.valueOf(completed));
        assertThat(page.address()).endsWith("#/crons/" + cron + "?status=completed");
        page.choose(test("filter-status"), "skipped");
        page.awaitText(test("list-executions"), "No execution matches");
        page.click(test("list-executions") + " .empty a");
        await().until(() -> page.rows("executions").size() == 2);
        assertThat(page.value(test("filter-status"))).isEmpty();
    }

    /** Sets it off, and waits until that has ended so. */
    private long executed(long cron, String status) {
        long execution = Api.json(api.post("/api/crons/" + cron + "/run", "{}"))
                .get("execution_id")
                .asLong();
        String path = "/api/crons/" + cron + "/executions/" + execution;
        await().until(() -> Api.json(api.get(path)).get("status").asText().equals(status));
        return execution;
    }

    @Test
    void aHeartbeatShowsTheUrlThatHasToBePinged() {
        page.open("#/crons/new");
        page.type(test("cron-form", "field-name"), "Backup");
        page.click(test("cron-form", "field-expect_ping"));
        page.awaitGone(test("cron-form", "field-url"));
        page.type(test("cron-form", "field-grace_seconds"), "120");
        page.click(test("cron-form", "submit"));

        page.awaitTitle("Backup");
        page.awaitText(".facts", "/ping/");
        page.awaitText(".facts", "120 s");
        assertThat(page.count(test("run-now"))).isZero();
    }

    @Test
    void theFailedOfAQueueAreTheJobsThatItCountsAsFailed() {
        long failed = scene.push("told apart", "/failing", ", \"retry_delays\": []");
        long dead = scene.push("told apart", "/failing", ", \"retry_delays\": [1]");
        await().until(() -> api.job(failed).get("status").asText().equals("failed")
                && api.job(dead).get("final_status").asText().equals("dead_lettered"));
        page.open("#/queues/" + api.job(failed).get("queue_id").asLong());
        page.awaitText(".tile:nth-child(4)", "Failed1");

        page.click(".tile:nth-child(4) a");

        page.awaitTitle("Jobs");
        await().untilAsserted(() -> assertThat(page.rows("jobs")).containsExactly(String.valueOf(failed)));
    }

    @Test
    void aHeartbeatIsNotSaidToRunNowAndItsUrlHasTheWholeLine() {
        long cron = made("{\"name\": \"Beat\", \"cron_expression\": \"@yearly\", \"expect_ping\": true}");
        page.open("#/crons/" + cron);

        page.awaitText(test("list-executions"), "The first execution comes with the next fire");
        assertThat(page.text(test("list-executions"))).doesNotContain("Run now");
        assertThat(page.text(".facts .wide")).contains("/ping/");
    }

    @Test
    void theAttemptsOfAnExecutionAreToldAsThoseOfAJobAndEndAsFailed() {
        long cron = made("{\"name\": \"Twice\", \"cron_expression\": \"@yearly\", \"tags\": [\"twice\"],"
                + " \"retry_delays\": [1], \"url\": \"" + scene.receiver().url("/failing") + "\"}");
        long execution = executed(cron, "failed");
        page.open("#/crons/" + cron + "/" + execution);

        page.awaitText(test("chain"), "waited ");
        page.awaitStatus(test("chain") + " li:last-child", "failed");
        assertThat(page.text(test("chain"))).contains("Attempt 1", "Attempt 2").doesNotContain("Dead letter");
        assertThat(page.count(test("chain") + " a")).isZero();
        assertThat(page.text(".attempt > summary").lines().map(String::strip))
                .containsExactly("Attempt 2: 500", "Attempt 1: 500");
        page.awaitTrue("document.querySelector('.chain').getBoundingClientRect().bottom + 8"
                + " < document.querySelector('.tag').getBoundingClientRect().top");
    }

    @Test
    void whatIsNotShownOfACronIsSaidWhenItIsMadeAndStays() {
        page.open("#/crons/new");
        page.type(test("cron-form", "field-name"), "Quiet");
        page.type(test("cron-form", "field-cron_expression"), "@yearly");
        page.type(test("cron-form", "field-url"), "http://example.com/");
        page.click(test("cron-form") + " .further > summary");
        page.type(test("cron-form", "field-redact"), "body, headers.X-Key");
        page.click(test("cron-form", "submit"));

        page.awaitTitle("Quiet");
        page.awaitText(".facts", "body, headers.X-Key");
        page.click(test("edit-cron"));
        page.click(test("cron-form") + " .further > summary");
        page.see(test("cron-form", "field-overlap"));
        assertThat(page.count(test("cron-form", "field-redact"))).isZero();
        // Half of an expression may have been looked at.
        page.assertClean("crons/preview");
    }

    private long made(String cron) {
        return Api.json(api.post("/api/crons", cron)).get("id").asLong();
    }

    private JsonNode queue(long id) {
        return Api.json(api.get("/api/queues/" + id));
    }
}
