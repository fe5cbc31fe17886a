package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers write is shown as they wrote it, and does nothing: wherever data is shown, whatever it says. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTextIT {
    private static final String SCRIPT = "<img src=x onerror=\"hacked=1\"><script>hacked=1</script>";
    private static final String TURNED = "invoice\u202Efdp.exe";
    private static final String MANY = "W".repeat(60) + "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";
    private static final String NAME = SCRIPT + TURNED + MANY;

    private Scene scene;
    private Api api;
    private Page page;
    private long queue;
    private long job;
    private long waiting;
    private long cron;
    private long execution;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        scene.receiver()
                .script(
                        "/hostile",
                        RecordingReceiver.answering(
                                200,
                                "{" + quoted(SCRIPT) + ": [" + quoted("x".repeat(10_000)) + ", " + quoted(TURNED)
                                        + ", \"\\u0000\", 1.0]}",
                                "Content-Type",
                                "application/json",
                                "X-Hostile",
                                SCRIPT));
        scene.receiver().script("/failing", RecordingReceiver.answering(500, SCRIPT + "\n" + "y".repeat(10_000)));
        queue = api.createQueue("{\"name\": " + quoted(NAME) + ", \"alerts_enabled\": true, \"success_assertions\":"
                + " [{\"type\": \"body_contains\", \"value\": " + quoted(SCRIPT) + "}]}");
        String more = ", \"tags\": [" + quoted(NAME.substring(0, 60))
                + ", \"javascript:hacked=1\", \"\\u202Egat\"], \"headers\":"
                + " {\"X-Hostile\": " + quoted(SCRIPT)
                + "}, \"payload\": {\"nul\": \"\\u0000\", \"big\": 9007199254740993,"
                + " \"text\": " + quoted(SCRIPT + "z".repeat(10_000)) + "}";
        String url = quoted(scene.receiver().url("/hostile"));
        job = push(url, more);
        push(quoted(scene.receiver().url("/failing")), more + ", \"retry_delays\": [1]");
        waiting = push(quoted("http://example.com/'%22%3Cscript%3E?" + "q".repeat(1_900)), more + ", \"delay\": 3600");
        cron = id(api.post(
                "/api/crons",
                "{\"name\": " + quoted(NAME) + ", \"cron_expression\": \"@yearly\", \"url\": " + url + ", \"payload\": "
                        + quoted(SCRIPT + TURNED) + ", \"tags\": [\"<b>\"]}"));
        execution = Api.json(api.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();
        id(api.post("/api/tokens", "{\"name\": " + quoted(NAME) + ", \"scopes\": [\"jobs:read\"]}"));
        id(api.post(
                "/api/alert-channels",
                "{\"type\": \"webhook\", \"url\": \"http://example.com/%22%3E?" + "c".repeat(1_000) + "\"}"));
        api.post("/api/operations", "{\"action\": \"replay\", \"filter\": {\"queue\": " + quoted(NAME) + "}}");
        await().until(() -> List.of("failed", "completed")
                        .contains(api.job(job).get("status").asText())
                && Api.json(api.get("/api/alerts")).get("data").size() > 0
                && !Api.json(api.get("/api/crons/" + cron + "/executions/" + execution))
                        .get("runs")
                        .isEmpty());
        page = scene.signedIn();
        page.assertClean("api/me - Failed to load resource");
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "overview",
                "queues",
                "queues/QUEUE",
                "jobs",
                "jobs/JOB",
                "jobs/WAITING",
                "dead-letters",
                "operations",
                "crons",
                "crons/CRON",
                "crons/CRON/EXECUTION",
                "alerts",
                "settings",
                "jobs?queue=NAME&tag=NAME&url=NAME&status=NAME",
                "push?queue=NAME&url=NAME&payload=NAME",
                "operations?new=1&queue=NAME&tag=NAME",
                "NAME/NAME"
            })
    void whateverItSaysItIsText(String address) {
        page.size(390, 860);
        page.visit("#/"
                        + address.replace("QUEUE", "" + queue)
                                .replace("JOB", "" + job)
                                .replace("WAITING", "" + waiting)
                                .replace("CRON", "" + cron)
                                .replace("EXECUTION", "" + execution)
                                .replace("NAME", encoded(SCRIPT + TURNED)))
                .awaitRest();

        assertThat(page.run("return window.hacked === undefined")).isEqualTo(true);
        assertThat(
                        page.count(
                                "main script, main img, main iframe, main b:not(.legend b), main [onerror], a[href^=\"javascript\"]"))
                .isZero();
        // What turns text or hides in it is spelt out; only fields have it as it is.
        assertThat(page.run("return document.body.innerText")).asString().doesNotContain("\u202E", "\u200D");
        assertThat(page.tooWide()).isZero();
        page.assertClean("status of 422");
    }

    @Test
    void itIsSeenAsItWasWritten() {
        page.size(1280, 860);
        page.visit("#/jobs/" + job).awaitRest();

        assertThat(page.text(test("run"))).contains(SCRIPT, "\\u202e", "9007199254740993", "\"\\u0000\"", "1.0");
        assertThat(page.text(".head")).contains(SCRIPT);
        assertThat(page.text(".tags")).contains("javascript:hacked=1", "\\u202egat");
        page.assertClean();
    }

    @Test
    void aTextOfMillionsOfEscapesIsCutOutOfAnAnswer() {
        assertThat(page.run("""
                        return import(new URL("app/json.js", document.baseURI)).then(({ member, tree }) => {
                          const text = '{"a\\\\\\"": "x", "payload" : "' + "\\\\n".repeat(4_000_000) + '\\\\\\""}';
                          return [member(text, "payload").length, member(text, 'a"'), tree(text).items.length].join();
                        })
                        """)).isEqualTo("8000004,\"x\",2");
    }

    private long push(String url, String more) {
        return api.push("{\"queue\": " + quoted(NAME) + ", \"url\": " + url + more + "}");
    }

    private static long id(HttpResponse<String> made) {
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }
}
