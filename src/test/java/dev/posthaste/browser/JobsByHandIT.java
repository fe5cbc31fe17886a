package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One job: pushed, looked at, changed, cancelled, sent again and removed, by somebody with a mouse. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsByHandIT {
    private static final String NUMBERS =
            "{\"id\": 12345678901234567890, \"one\": 1.0, \"small\": 1e-7, \"list\": [9007199254740993, -0.0]}";

    private Scene scene;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        scene.receiver()
                .script("/numbers", RecordingReceiver.answering(200, NUMBERS, "Content-Type", "application/json"));
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
    void whatIsPushedByTheFormArrivesAsItWasTypedAndIsSeenOnItsTimeLine() {
        String form = test("push-form") + " ";
        page.open("#/jobs");
        page.click(test("push"));
        page.awaitTitle("Push a job");
        page.type(form + test("field-queue"), "by-hand");
        page.choose(form + test("field-method"), "PUT");
        page.type(form + test("field-url"), scene.receiver().url("/numbers"));
        page.type(form + test("field-headers"), "X-One: 1\nX-Two: a: b");
        page.type(form + test("field-payload"), NUMBERS);
        page.type(form + test("field-tags"), "first\nby hand");
        page.click(form + "summary");
        page.type(form + test("field-callback_url"), scene.receiver().url("/numbers-back"));
        page.type(form + test("field-priority"), "9");

        assertThat(page.text(test("curl")))
                .startsWith("curl --globoff -X POST 'http://127.0.0.1:")
                .contains("\"Authorization: Bearer $POSTHASTE_TOKEN\"", "\"payload\":" + NUMBERS, "\"priority\":9")
                .contains("\"tags\":[\"first\",\"by hand\"]", "\"X-Two\":\"a: b\"");
        page.click(form + test("submit"));

        page.see(test("timeline"));
        page.awaitStatus(".head", "completed");
        page.awaitText(test("timeline"), "Accepted");
        page.awaitStatus(test("callbacks"), "delivered");
        RecordingReceiver.Arrival arrival =
                scene.receiver().arrivals("/numbers").get(0);
        assertThat(arrival.method()).isEqualTo("PUT");
        assertThat(arrival.body()).isEqualTo(NUMBERS);
        assertThat(arrival.header("X-Two")).isEqualTo("a: b");
        assertThat(scene.receiver().count("/numbers-back")).isOne();
        assertThat(page.text(test("run") + " .code .number"))
                .isEqualTo("12345678901234567890\n1.0\n1e-7\n9007199254740993\n-0.0\n"
                        .repeat(2)
                        .strip());
        page.click(test("run", "body") + " [aria-pressed]");
        page.awaitText(test("run") + " pre", NUMBERS);
        assertThat(page.text(".facts .tag")).isEqualTo("first\nby hand");
    }

    @Test
    void whatIsWrongIsToldAtItsFieldWhichHasTheFocus() {
        String form = test("push-form") + " ";
        page.open("#/push");
        page.type(form + test("field-queue"), "wrong");
        page.type(form + test("field-url"), "ftp://example.com/");
        page.click(form + test("submit"));

        page.awaitText(test("error-url"), "must be a valid URL");
        assertThat(page.focused()).isEqualTo("field-url");
        page.type(form + test("field-payload"), "{\"a\": }");
        page.awaitText(test("curl"), "Fill in what is marked");
        page.click(form + test("submit"));
        page.awaitText(test("error-payload"), "This is not JSON");
        page.click(form + "summary");
        page.type(form + test("field-payload"), "{}");
        page.type(form + test("field-url"), "http://example.com/");
        page.type(form + test("field-priority"), "11");
        page.click(form + "summary");
        page.click(form + test("submit"));
        page.awaitText(test("error-priority"), "between 1 and 10");
        page.see(form + test("field-priority"));
        page.assertClean("api/jobs - Failed to load resource");
    }

    @Test
    void aPendingJobIsEditedAndWhatIsMaskedStays() throws Exception {
        long job = scene.push(
                "edited",
                "/before",
                ", \"delay\": 3600, \"payload\": {\"n\": 1.0}, \"headers\": {\"Authorization\": \"x\"}");
        page.open("#/jobs/" + job);
        page.awaitText(test("request"), "1 header");

        page.click(test("edit"));
        page.awaitText("dialog", "Not shown: Authorization");
        page.type(test("edit-form", "field-url"), scene.receiver().url("/after"));
        page.fill(test("edit-form", "field-payload"), "{\"n\": 2.00}");
        page.click(test("edit-form", "submit"));

        page.awaitGone("dialog");
        page.awaitText(".facts", "/after");
        page.awaitText(test("request"), "2.00");
        assertThat(scene.api().job(job).at("/headers/Authorization").asText()).startsWith("REDACTED:");
        scene.api().patch("/api/jobs/" + job, "{\"delay\": 0}");
        page.reload();
        page.awaitStatus(".head", "completed");
        RecordingReceiver.Arrival arrival = scene.receiver().arrivals("/after").get(0);
        assertThat(arrival.body()).isEqualTo("{\"n\": 2.00}");
        assertThat(arrival.header("Authorization")).isEqualTo("x");
    }

    @Test
    void aJobIsCancelledAfterAQuestionThatCanBeAnsweredWithNo() {
        long job = scene.push("cancelled", "/never", ", \"delay\": 3600");
        page.open("#/jobs/" + job);

        page.click(test("cancel"));
        page.click(test("confirm-no"));
        page.awaitGone("dialog");
        assertThat(scene.api().job(job).get("status").asText()).isEqualTo("pending");
        page.click(test("cancel"));
        page.click(test("confirm-yes"));

        page.awaitStatus(".head", "cancelled");
        page.awaitText(test("runs"), "cancelled before it was sent");
        assertThat(scene.api().job(job).get("status").asText()).isEqualTo("cancelled");
        page.awaitGone(test("cancel"));
    }

    @Test
    void aJobIsSentAgainAsItWas() {
        long job = scene.push("again", "/again", ", \"payload\": {\"n\": 1.0}");
        await().until(() -> scene.receiver().count("/again") == 1);
        page.open("#/jobs/" + job);

        page.click(test("replay"));

        page.awaitNote("Sent again");
        page.awaitTrue("!location.hash.endsWith('/" + job + "')");
        page.awaitStatus(".head", "completed");
        assertThat(scene.receiver().arrivals("/again"))
                .hasSize(2)
                .allMatch(arrival -> arrival.body().equals("{\"n\": 1.0}"));
    }

    @Test
    void aJobIsSentAgainWithAChangeThatIsShownLineByLine() {
        long job = scene.push("changed", "/failing", ", \"retry_delays\": [], \"payload\": {\"n\": 1.0, \"m\": 2}");
        page.open("#/jobs/" + job);
        page.awaitStatus(".head", "failed_no_retries");

        page.click(test("replay-edited"));
        page.type(test("push-form", "field-url"), scene.receiver().url("/mended"));
        page.fill(test("push-form", "field-payload"), "{\n  \"n\": 1.50,\n  \"m\": 2\n}");
        page.fill(test("push-form", "field-headers"), "X-Why: mended");
        page.awaitText(test("diff") + " .added", "\"n\": 1.50");
        page.awaitText(test("diff") + " .added", "X-Why: mended");
        assertThat(page.text(test("diff") + " .removed")).contains("/failing", "\"n\": 1.0");
        assertThat(page.text(test("diff") + " .added")).contains("/mended").doesNotContain("\"m\"");
        page.click(test("push-form", "submit"));

        page.awaitGone("dialog");
        page.awaitStatus(".head", "completed");
        assertThat(scene.receiver().arrivals("/mended").get(0).body()).contains("1.50");
    }

    @Test
    void whoPushesADeadLetterChangedIsToldThatItStaysOne() {
        long dead = scene.push("stays", "/failing", ", \"retry_delays\": [1]");
        long failed = scene.push("stays", "/failing", ", \"retry_delays\": []");
        await().until(() -> scene.api().job(dead).get("final_status").asText().equals("dead_lettered")
                && scene.api().job(failed).get("status").asText().equals("failed"));
        page.open("#/jobs/" + failed).awaitTitle("Job " + failed);
        page.click(test("replay-edited"));
        page.see(test("push-form"));
        assertThat(page.count(test("stays"))).isZero();
        page.click(test("dialog-close"));

        page.open("#/jobs/" + dead).awaitTitle("Job " + dead);
        page.click(test("replay-edited"));

        page.awaitText("dialog", "The dead letter stays on its list");
        page.click(test("dialog-close"));
    }

    @Test
    void attemptsAreSeenWithTheirWaitsAndEachCanBeLookedAt() {
        long job = scene.push("chain", "/failing", ", \"retry_delays\": [1]");
        page.open("#/jobs/" + job);

        page.awaitStatus(test("chain") + " li:last-child", "dead_lettered");
        assertThat(page.text(test("chain") + " li")).contains("Accepted", "Attempt 1", "waited ", "Attempt 2");
        page.click(test("chain") + " a");
        page.awaitTitle("Job " + scene.api().job(job).at("/chain/1/id").asLong());
        page.awaitText(test("runs"), "The endpoint answered 500.");
    }

    @Test
    void aJobIsRemovedWithItsChain() {
        long job = scene.push("removed", "/gone", ", \"delay\": 3600");
        page.open("#/jobs/" + job);

        page.click(test("delete"));
        page.click(test("confirm-yes"));

        page.awaitTitle("Jobs");
        assertThat(scene.api().get("/api/jobs/" + job).statusCode()).isEqualTo(404);
        page.open("#/jobs/" + job);
        page.awaitText("main", "Job not found");
        page.assertClean("404");
    }

    @Test
    void aPushWhoseAnswerWasLostIsRepeatedWithoutMakingAnotherJob() {
        String form = test("push-form") + " ";
        page.open("#/push");
        page.type(form + test("field-queue"), "lost-answer");
        page.type(form + test("field-url"), scene.receiver().url("/lost-answer"));
        page.run("""
                const ask = window.fetch;
                window.fetch = async (path, call) => {
                  const answer = await ask(path, call);
                  if (call?.method === "POST") {
                    window.fetch = ask;
                    throw new TypeError("a test's network");
                  }
                  return answer;
                };
                """);
        page.click(form + test("submit"));
        page.awaitText(form, "No answer came. Send it again as it stands: it is done once, however often.");

        page.click(form + test("submit"));

        page.see(test("timeline"));
        page.awaitStatus(".head", "completed");
        assertThat(Api.json(scene.api().get("/api/jobs?queue=lost-answer")).get("data"))
                .hasSize(1);
        assertThat(scene.receiver().count("/lost-answer")).isOne();
    }

    /** By the network, or by a proxy that was less patient than the server. */
    @ParameterizedTest
    @CsvSource({
        "throw new TypeError(), No answer came.",
        "'return new Response(\"\", { status: 504 })', The answer was 504."
    })
    void aReplayWhoseAnswerWasLostIsNotSaidToBeUndone(String loses, String told) {
        long job = scene.push("unsure", "/unsure", "");
        page.open("#/jobs/" + job);
        page.awaitStatus(".head", "completed");
        page.run("""
                const ask = window.fetch;
                window.fetch = async (path, call) => {
                  const answer = await ask(path, call);
                  if (call?.method === "POST") {
                    window.fetch = ask;
                    %s;
                  }
                  return answer;
                };
                """.formatted(loses));

        page.click(test("replay"));

        page.awaitText(test("problems"), told + " Whether it was done is not known: look before you repeat it.");
        assertThat(scene.api().job(job).get("replayed_as").isNull()).isFalse();
        page.reload();
    }

    /** As a proxy answers before a server that is gone. */
    @Test
    void whatStandsBeforeAServerThatIsGoneIsNotTakenForIt() {
        page.open("#/overview").awaitRest();
        assertThat(page.text(test("offline"))).isEmpty();
        page.run("""
                window.ask = window.fetch;
                window.fetch = async () => new Response("<h1>Bad gateway</h1>", { status: 502 });
                // What the page follows has ended with that server.
                document.dispatchEvent(new Event("visibilitychange"));
                """);
        try {
            page.awaitText(test("offline"), "cannot be reached");
        } finally {
            page.run("window.fetch = window.ask");
        }

        page.awaitTrue("document.querySelector('[data-test=offline]').textContent === ''");
    }

    /** Plain http from another machine: there, browsers keep their clipboard from pages. */
    @Test
    void theCurlLineIsCopiedWithoutTheClipboardOfSecurePages() {
        long job = scene.push("copied", "/it's", ", \"delay\": 3600, \"payload\": {\"a\": \"it's\"}");
        long typed = scene.push(
                "copied", "/typed", ", \"delay\": 3600, \"body\": \"a\", \"headers\": {\"content-type\": \"text/x\"}");

        assertThat(copiedOf(job))
                .startsWith("curl --globoff -X POST 'http://127.0.0.1:")
                .contains("-H 'Content-Type: application/json'")
                .contains("--data-raw '{\"a\": \"it'\\''s\"}'");
        assertThat(copiedOf(typed)).contains("-H 'content-type: text/x'").doesNotContain("Content-Type");
    }

    /** As it is pasted. */
    private String copiedOf(long job) {
        page.visit("#/jobs/" + job);
        page.see(test("copy-curl"));
        page.run("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
        page.click(test("copy-curl"));
        page.awaitNote("Copied.");
        page.open("#/push");
        page.click(test("push-form", "field-payload"));
        page.control("v");
        return page.value(test("push-form", "field-payload"));
    }

    @Test
    void anAnswerThatIsKeptInPartIsSaidToBeCutOff() {
        scene.receiver().script("/large", RecordingReceiver.answering(200, "x".repeat(70_000)));
        long job = scene.push("large", "/large", "");

        page.visit("#/jobs/" + job);

        page.awaitStatus(".head", "completed");
        page.awaitText(test("run"), "cut off");
    }
}
