package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.dropwizard.testing.ConfigOverride;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What the contract's Runs say of masks: sent whole, on every attempt, and shown nowhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedactionIT {
    private static final String CANARY = "canary";
    private static final String MASK = "REDACTED:[0-9a-f]{8}";
    private static final List<String> DESTRUCTION = List.of("GET", "PATCH", "POST", "DELETE");

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private long cron;
    private long execution;
    private RecordingReceiver receiver;
    private ServerInside server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
        api = new Api(server.port(), ServerProcess.TOKEN);
        log.start();
        root.addAppender(log);
    }

    @AfterAll
    void stop() {
        root.detachAppender(log);
        server.close();
        receiver.close();
    }

    /** Who may change a job but not see its credentials must not have them sent to himself. */
    @Test
    void whatIsHiddenGoesToNoOtherHostUnlessItIsGivenAgain() {
        long id = api.push("{\"queue\": \"elsewhere\", \"url\": \"http://one.example/a\", \"delay\": 3600,"
                + " \"headers\": {\"Authorization\": \"Bearer hidden\"}, \"body\": \"b\", \"redact\": [\"body\"]}");

        assertThat(change(id, "{\"url\": \"http://two.example/a\"}")).isEqualTo(409);
        assertThat(change(id, "{\"url\": \"https://one.example/a\"}")).isEqualTo(409);
        assertThat(change(id, "{\"url\": \"http://one.example:81/a\"}")).isEqualTo(409);
        assertThat(change(id, "{\"url\": \"http://two.example/a\", \"headers\": {}}"))
                .isEqualTo(409);
        assertThat(change(id, "{\"url\": \"http://ONE.example:80/b\"}")).isEqualTo(200);
        assertThat(change(id, "{\"url\": \"http://two.example/a\", \"headers\": {}, \"body\": \"c\"}"))
                .isEqualTo(200);
        assertThat(change(id, "{\"url\": \"http://one.example/a\", \"body\": \"d\"}"))
                .isEqualTo(200);
    }

    private int change(long id, String change) {
        return api.patch("/api/jobs/" + id, change).statusCode();
    }

    @Test
    void aSecretStandsInNoAnswerAndInNoLineOfTheLogAndArrivesWhole() {
        long queue = api.createQueue("""
                {"name": "canaries", "redact": ["headers.X-Queue"],
                 "success_assertions": [{"type": "header_equals", "name": "X-Reply", "value": "other"}]}
                """);
        receiver.script("/job", RedactionIT::answerWithSecrets);
        long failed = api.push(job("canaries", "/job", "\"payload\": {\"a\": \"canary-p\"}"));
        long raw = api.push(job("canaries", "/job", "\"body\": \"canary-b\""));
        long pending = api.push(job("canaries", "/job", "\"body\": \"canary-b\", \"delay\": 3600"));
        api.createQueue("{\"name\": \"paths\", \"success_assertions\": [{\"type\": \"json_path_equals\","
                + " \"path\": \"$.key\", \"value\": \"other\"}]}");
        long path = api.push(job("paths", "/job", "\"body\": \"canary-b\""));
        for (long id : new long[] {failed, raw, path}) {
            await().until(() -> api.job(id).get("final_status").asText().equals("dead_lettered"));
        }
        await().until(() -> receiver.count("/callback") == 6);
        long replayed = Api.json(api.post("/api/jobs/" + raw + "/replay", ""))
                .get("job_id")
                .asLong();
        await().until(() -> api.job(replayed).get("final_status").asText().equals("dead_lettered"));

        runCron();
        JsonNode job = api.job(failed);
        assertThat(job.at("/headers/Authorization").asText()).matches(MASK);
        assertThat(job.at("/headers/X-Copy").asText()).isEqualTo("shown");
        assertThat(job.get("payload").asText())
                .matches(MASK)
                .isEqualTo(job.at("/runs/0/request_body").asText());
        assertThat(job.at("/runs/0/request_headers/Authorization")).isEqualTo(job.at("/headers/Authorization"));
        assertThat(job.at("/runs/0/response_body").asText()).matches(MASK);
        assertThat(job.at("/runs/0/error_message").asText())
                .isEqualTo("header_equals does not hold; the header is redacted.");
        assertThat(api.job(replayed).get("redact"))
                .isEqualTo(api.job(raw).get("redact"))
                .hasSize(4);
        assertThat(receiver.arrivals("/callback")).allSatisfy(callback -> {
            JsonNode told = Api.json(callback.body());
            assertThat(told.at("/response_headers").toString()).contains("REDACTED:");
            assertThat(told.at("/response_body").asText()).matches(MASK);
            assertThat(callback.body()).doesNotContain(CANARY);
        });
        assertThat(receiver.arrivals("/job")).hasSizeGreaterThanOrEqualTo(8).allSatisfy(arrival -> {
            assertThat(arrival.headers().get("Authorization")).containsExactly("Bearer canary-1");
            assertThat(arrival.headers().get("Cookie")).containsExactly("canary-2");
            assertThat(arrival.headers().get("X-foo")).containsExactly("canary-3");
            assertThat(arrival.headers().get("X-queue")).containsExactly("canary-4");
            assertThat(arrival.body()).isIn("{\"a\": \"canary-p\"}", "canary-b");
        });
        List<String> answers = everyAnswer(queue, failed, path, pending);
        assertThat(answers).noneMatch(answer -> answer.contains(CANARY));
        assertThat(answers).anyMatch(answer -> answer.contains("REDACTED:"));
        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .isNotEmpty()
                .noneMatch(event -> event.getFormattedMessage().contains(CANARY));
    }

    @Test
    void whatAQueueHidesHoldsFromThenOnForAllThatIsShown() {
        receiver.script("/bytes", (exchange, count) -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {(byte) 0xff, 0});
        });
        long id = api.push("{\"queue\": \"later\", \"url\": \"" + receiver.url("/bytes")
                + "\", \"headers\": {\"X-Late\": \"late\"}, \"body\": \"raw\"}");
        long empty =
                api.push("{\"queue\": \"later\", \"method\": \"GET\", \"url\": \"" + receiver.url("/none") + "\"}");
        JsonNode before = api.awaitStatus(id, "completed");
        api.awaitStatus(empty, "completed");
        long queue = before.get("queue_id").asLong();
        assertThat(before.at("/runs/0/response_encoding").asText()).isEqualTo("base64");
        assertThat(before.get("redact")).isEmpty();

        JsonNode changed = Api.json(api.patch(
                "/api/queues/" + queue, "{\"redact\": [\"body\", \"response_body\", \"headers.x-late\", \"body\"]}"));

        assertThat(changed.get("redact"))
                .extracting(JsonNode::asText)
                .containsExactly("body", "response_body", "headers.x-late");
        JsonNode after = api.job(id);
        assertThat(after.get("body").asText()).matches(MASK);
        assertThat(after.get("payload").isNull()).isTrue();
        assertThat(after.at("/headers/X-Late").asText()).matches(MASK);
        assertThat(after.at("/runs/0/request_body").asText()).matches(MASK);
        assertThat(after.at("/runs/0/request_headers/X-Late").asText()).matches(MASK);
        assertThat(after.at("/runs/0/response_body").asText()).matches(MASK);
        assertThat(after.at("/runs/0").has("response_encoding")).isFalse();
        JsonNode none = api.job(empty);
        assertThat(none.get("body").isNull()).isTrue();
        assertThat(none.at("/runs/0/request_body").isNull()).isTrue();
        assertThat(none.at("/runs/0/response_body").asText()).matches(MASK);
        assertThat(Api.json(api.get("/api/jobs?queue=later"))
                        .at("/data/1/headers/X-Late")
                        .asText())
                .matches(MASK);

        api.patch("/api/queues/" + queue, "{\"redact\": null}");
        assertThat(api.job(id)).isEqualTo(after);
        api.patch("/api/queues/" + queue, "{\"redact\": []}");
        assertThat(api.job(id)).isEqualTo(before);
    }

    @Test
    void aMaskIsNotTakenForTheValueThatItStandsFor() {
        long id = api.push("{\"queue\": \"masks\", \"url\": \"" + receiver.url("/masked") + "\", \"delay\": 3600,"
                + " \"headers\": {\"Authorization\": \"Bearer canary\"}, \"body\": \"b\", \"redact\": [\"body\"]}");
        String mask = api.job(id).at("/headers/Authorization").asText();

        HttpResponse<String> header =
                api.patch("/api/jobs/" + id, "{\"headers\": {\"Authorization\": \"" + mask + "\"}}");
        HttpResponse<String> body = api.patch("/api/jobs/" + id, "{\"body\": \"" + mask + "\"}");
        HttpResponse<String> payload = api.patch("/api/jobs/" + id, "{\"payload\": \"" + mask + "\"}");
        HttpResponse<String> pushed = api.post(
                "/api/jobs",
                "{\"queue\": \"masks\", \"url\": \"http://example.com/\", \"headers\": {\"A\": \"" + mask + "\"}}");

        assertThat(header.statusCode()).isEqualTo(422);
        assertThat(Api.json(header).at("/errors/headers.Authorization/0").asText())
                .isEqualTo(
                        "The headers.Authorization field is a masked value; send the original, or leave the field out.");
        assertThat(Api.json(body).at("/errors/body/0").asText()).startsWith("The body field is a masked value");
        assertThat(payload.statusCode()).isEqualTo(422);
        assertThat(pushed.statusCode()).isEqualTo(422);
        api.patch("/api/jobs/" + id, "{\"delay\": 0}");
        api.awaitStatus(id, "completed");
        assertThat(receiver.arrivals("/masked").get(0).headers().get("Authorization"))
                .containsExactly("Bearer canary");
        assertThat(receiver.arrivals("/masked").get(0).body()).isEqualTo("b");
        assertThat(api.job(id).at("/runs/0/request_body").asText()).matches(MASK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "body"                        | redact      | The redact field must be an array.
            {"a": 1}                      | redact      | The redact field must be an array.
            ["payload"]                   | redact.0    | The selected redact.0 is invalid.
            ["body", "Body"]              | redact.1    | The selected redact.1 is invalid.
            [""]                          | redact.0    | The selected redact.0 is invalid.
            ["headers."]                  | redact.0    | The selected redact.0 is invalid.
            ["headers.a b"]               | redact.0    | The selected redact.0 is invalid.
            ["headers.a,body"]            | redact.0    | The selected redact.0 is invalid.
            ["headers.\\u00e4"]           | redact.0    | The selected redact.0 is invalid.
            [1]                           | redact.0    | The redact.0 field must be a string.
            [null]                        | redact.0    | The redact.0 field must be a string.
            """)
    void onlyWhatTheContractNamesCanBeHidden(String redact, String field, String message) {
        String job = "{\"queue\": \"q\", \"url\": \"http://example.com/\", \"redact\": " + redact + "}";
        String queue = "{\"name\": \"refused\", \"redact\": " + redact + "}";

        for (HttpResponse<String> answer : List.of(api.post("/api/jobs", job), api.post("/api/queues", queue))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(Api.json(answer).get("errors").get(field).get(0).asText())
                    .isEqualTo(message);
        }
    }

    @Test
    void soManyEntriesAndSoLongNamesAreTakenAndNoMore() {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entries.add("\"headers." + (char) ('a' + i) + "x".repeat(63) + "\"");
        }
        String name = "{\"name\": \"many\", \"redact\": [" + String.join(",", entries);

        assertThat(api.post("/api/queues", name + ",\"body\"]}").body())
                .contains("The redact field must not have more than 20 items.");
        assertThat(api.post("/api/queues", "{\"name\": \"n\", \"redact\": [\"headers." + "x".repeat(65) + "\"]}")
                        .body())
                .contains("redact.0");
        assertThat(Api.json(api.post("/api/queues", name + "]}")).get("redact")).hasSize(20);
    }

    private String job(String queue, String path, String body) {
        return """
                {"queue": "%s", "url": "%s", "retry_delays": [1], "callback_url": "%s", %s,
                 "headers": {"Authorization": "Bearer canary-1", "cookie": "canary-2", "X-Foo": "canary-3",
                             "X-Queue": "canary-4", "X-Copy": "shown"},
                 "redact": ["body", "response_body", "headers.x-foo", "headers.x-reply"%s]}
                """.formatted(
                        queue,
                        receiver.url(path),
                        receiver.url("/callback"),
                        body,
                        queue.equals("paths") ? ", \"headers.x-queue\"" : "");
    }

    private static void answerWithSecrets(HttpExchange exchange, int count) throws IOException {
        exchange.getResponseHeaders().add("Set-Cookie", "canary-5");
        exchange.getResponseHeaders().add("Set-Cookie", "canary-6");
        exchange.getResponseHeaders().add("X-Api-Key", "canary-7");
        exchange.getResponseHeaders().add("X-Reply", "canary-8");
        byte[] body = "{\"key\": \"canary-9\"}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    /** A cron whose execution has what is not shown of it, and an answer that its assertion quotes. */
    private void runCron() {
        receiver.script("/cron", RedactionIT::answerWithSecrets);
        cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"a\", \"cron_expression\": \"@yearly\", \"url\": \"" + receiver.url("/cron")
                                + "\", \"headers\": {\"Authorization\": \"canary-h\"}, \"payload\": \"canary-p\", \"redact\":"
                                + " [\"body\", \"response_body\", \"headers.x-reply\"], \"success_assertions\":"
                                + " [{\"type\": \"header_equals\", \"name\": \"X-Reply\", \"value\": \"other\"}]}"))
                .get("id")
                .asLong();
        execution = Api.json(api.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();
        String path = "/api/crons/" + cron + "/executions/" + execution;
        await().until(() -> api.get(path).body().contains("assertion_failed"));
        assertThat(receiver.arrivals("/cron").get(0).body()).isEqualTo("canary-p");
        assertThat(Api.json(api.get(path)).get("error_message").asText())
                .isEqualTo("header_equals does not hold; the header is redacted.");
        assertThat(Api.json(api.get("/api/crons/" + cron)).get("payload").asText())
                .matches(MASK);
    }

    private long[] idsFor(String route, long queue, long... jobs) {
        if (route.contains("/crons/")) {
            return new long[] {cron};
        }
        return route.contains("/queues/") ? new long[] {queue} : jobs;
    }

    /** Of every route, for each of the ids; what destroys comes last. */
    private List<String> everyAnswer(long queue, long... jobs) {
        Set<String> routes = Routes.of(server).keySet();
        List<String> answers = new ArrayList<>();
        for (String query : List.of("?queue=canaries", "?status=pending", "?url=job")) {
            answers.add(shown(api.get("/api/jobs" + query)));
            answers.add(shown(api.get("/api/dead-letters" + query)));
        }
        routes.stream()
                .sorted(Comparator.comparingInt(route -> DESTRUCTION.indexOf(route.split(" ", 2)[0])))
                .forEach(route -> {
                    String[] call = route.split(" ", 2);
                    for (long id : idsFor(route, queue, jobs)) {
                        String path = call[1].replace("{id}", String.valueOf(id))
                                .replace("{execution}", String.valueOf(execution))
                                .replace("{secret}", "nobodys")
                                .replace("{file}", "init.js");
                        answers.add(shown(api.send(api.request(path)
                                .header("Content-Type", "application/json")
                                .method(call[0], HttpRequest.BodyPublishers.ofString(body(route))))));
                    }
                });
        assertThat(answers).hasSizeGreaterThan(routes.size());
        return answers;
    }

    private String body(String route) {
        if (route.startsWith("POST /api/dead-letters")) {
            return "{\"queue\": \"paths\"}";
        }
        if (route.equals("POST /api/jobs")) {
            return job("canaries", "/job", "\"payload\": \"canary\"");
        }
        if (route.equals("POST /api/jobs/batch")) {
            return "{\"jobs\": [" + job("canaries", "/job", "\"body\": \"canary\", \"url\": \"\"") + "]}";
        }
        return route.startsWith("GET") ? "" : "{}";
    }

    private static String shown(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().map() + " " + answer.body();
    }
}
