package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssertionsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private TestDatabase database;
    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;
    private int queues;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/shop", answering(201, "{\"state\": \"ready\", \"total\": 1.0, \"items\": [{\"id\": 7}]}"));
        receiver.script("/text", answering(200, "plain"));
        receiver.script("/long", answering(200, "{\"a\": \"" + "x".repeat(70_000) + "\"}"));
        database = TestDatabase.empty();
        server = ServerProcess.start(ServerProcess.directory("assertions"), database.settings());
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
        receiver.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/shop | {'type':'status_code_equals','value':201} | ",
                "/shop | {'type':'status_code_equals','value':'200'} | status_code_equals '200' does not hold: the status was 201.",
                "/shop | {'type':'body_contains','value':'ready'} | ",
                "/shop | {'type':'body_contains','value':'done'} | body_contains 'done' does not hold: the body does not contain that.",
                "/shop | {'type':'body_not_contains','value':'error'} | ",
                "/shop | {'type':'body_not_contains','value':'ready'} | body_not_contains 'ready' does not hold: the body contains that.",
                "/shop | {'type':'response_time_under_ms','value':60000} | ",
                "/shop | {'type':'header_equals','name':'x-SHOP','value':'open'} | ",
                "/shop | {'type':'header_equals','name':'X-Shop','value':'shut'} | header_equals X-Shop 'shut' does not hold: the header was 'open'.",
                "/shop | {'type':'json_path_equals','path':'$.state','value':'ready'} | ",
                "/shop | {'type':'json_path_equals','path':'$.total','value':1.0} | ",
                "/shop | {'type':'json_path_equals','path':'$.items[?@.id > 6].id','value':7} | ",
                "/shop | {'type':'json_path_equals','path':'$.state','value':'done'} | json_path_equals $.state 'done' does not hold: it was 'ready'.",
                "/shop | {'type':'json_path_equals','path':'$.none','value':'1'} | json_path_equals $.none '1' does not hold: nothing in the body matches the path.",
                "/text | {'type':'json_path_equals','path':'$.a','value':'1'} | json_path_equals $.a '1' does not hold: the body is not JSON, or nested deeper than 100.",
                "/long | {'type':'json_path_equals','path':'$.a','value':'1'} | json_path_equals $.a '1' does not hold: the body was cut off, so its JSON is not whole."
            })
    void anAttemptSucceedsOnlyWhenTheAssertionOfItsQueueHolds(String path, String assertion, String message) {
        String queue = queueWith("[" + assertion + "]");
        long id = push(queue, path, "[]");

        JsonNode job = awaitEnd(id);

        if (message == null) {
            assertThat(job.get("status").asText()).isEqualTo("completed");
            assertThat(job.at("/runs/0/failure_reason").isNull()).isTrue();
        } else {
            assertThat(job.get("final_status").asText()).isEqualTo("failed_no_retries");
            assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo("assertion_failed");
            assertThat(job.at("/runs/0/error_message").asText()).isEqualTo(quoted(message));
            assertThat(job.at("/runs/0/response_status").asInt()).isBetween(200, 299);
        }
    }

    @Test
    void anAnswerThatTakesTooLongFailsItsAssertion() {
        receiver.script("/slow", (exchange, count) -> {
            boolean isOpen = new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            exchange.sendResponseHeaders(isOpen ? 500 : 200, -1);
        });
        long id = push(queueWith("[{'type':'response_time_under_ms','value':200}]"), "/slow", "[]");

        JsonNode job = awaitEnd(id);

        assertThat(job.at("/runs/0/error_message").asText())
                .matches("response_time_under_ms \"200\" does not hold: the exchange took \\d{3,} ms\\.");
    }

    @Test
    void aFailedAssertionIsRetriedLikeAnyFailureAndReported() {
        receiver.script(
                "/slowly",
                (exchange, count) ->
                        answering(200, count == 1 ? "not yet" : "done").answer(exchange, count));
        String queue = queueWith("[{'type':'body_contains','value':'done'}]");
        long id = push(queue, "/slowly", "[1]");

        await().atMost(SOON)
                .until(() -> api.job(id).get("final_status").asText().equals("success"));

        JsonNode job = api.job(id);
        assertThat(job.get("status").asText()).isEqualTo("failed");
        assertThat(job.get("chain")).hasSize(2);
        await().atMost(SOON).until(() -> receiver.arrivals("/callback" + queue).size() == 2);
        assertThat(receiver.arrivals("/callback" + queue).get(0).body())
                .contains("\"failure_reason\":\"assertion_failed\"", "does not hold", "\"final\":false");
    }

    @Test
    void assertionsAreShownAsTheyAreKeptAndAnEmptyListClearsThem() {
        HttpResponse<String> created = api.post(
                "/api/queues",
                quoted("{'name':'shown','success_assertions':[{'value':200,'type':'status_code_equals'}]}"));
        String queue = "/api/queues/" + Api.json(created).get("id").asLong();

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(Api.json(api.get(queue)).get("success_assertions"))
                .hasToString("[{\"type\":\"status_code_equals\",\"value\":\"200\"}]");
        api.patch(queue, "{\"timeout_seconds\": 5, \"success_assertions\": null}");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).hasSize(1);
        HttpResponse<String> bad = api.patch(
                queue, quoted("{'success_assertions':[{'type':'json_path_equals','path':'$[','value':'1'}]}"));
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body())
                .contains("\"errors\":{\"success_assertions.0.path\":[\"The success assertions.0.path field must be");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).hasSize(1);
        api.patch(queue, "{\"success_assertions\": []}");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).isEmpty();
    }

    private String queueWith(String assertions) {
        String name = "q" + ++queues;
        HttpResponse<String> created =
                api.post("/api/queues", quoted("{'name':'" + name + "','success_assertions':" + assertions + "}"));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return name;
    }

    private long push(String queue, String path, String retryDelays) {
        return api.push("""
                {"queue": "%s", "url": "%s", "retry_delays": %s, "callback_url": "%s"}
                """.formatted(queue, receiver.url(path), retryDelays, receiver.url("/callback" + queue)));
    }

    private JsonNode awaitEnd(long id) {
        await().atMost(SOON).until(() -> !api.job(id).get("final_status").isNull());
        return api.job(id);
    }

    private static RecordingReceiver.Script answering(int status, String body) {
        return (exchange, count) -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-Shop", "open");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
