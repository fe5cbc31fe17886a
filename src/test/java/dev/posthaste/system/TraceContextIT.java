package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was pushed in a trace is sent on in it, and found in a log of JSON by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceContextIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PUSHED = "00-" + TRACE + "-b7ad6b7169203331-01";

    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        server = ServerProcess.start(
                ServerProcess.directory("trace-context"),
                Map.of(),
                Stream.concat(
                                ClassArchive.options().stream(),
                                Stream.of(
                                        "-Ddw.logging.appenders[0].layout.type=json",
                                        "-Ddw.logging.appenders[0].layout.flattenMdc=true"))
                        .toList());
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void everyAttemptAndCallbackGoesOnInTheTraceOfThePushUnderASpanOfItsOwn() throws Exception {
        receiver.script("/again", RecordingReceiver.statuses(500, 200));
        push("/api/jobs", job("/again", ", 'callback_url': '" + receiver.url("/told") + "'"));

        awaitArrivals("/again", 2);
        awaitArrivals("/told", 2);
        List<Arrival> sent = Stream.concat(receiver.arrivals("/again").stream(), receiver.arrivals("/told").stream())
                .toList();
        assertThat(sent).allSatisfy(arrival -> {
            assertThat(arrival.header("traceparent")).matches("00-" + TRACE + "-[0-9a-f]{16}-01");
            assertThat(arrival.header("tracestate")).isEqualTo("vendor=1,other=2");
        });
        assertThat(sent).extracting(arrival -> arrival.header("traceparent")).doesNotHaveDuplicates();
        assertThat(sent).extracting(arrival -> arrival.header("traceparent")).doesNotContain(PUSHED);
    }

    @Test
    void allJobsOfABatchGoOnInItsTraceAndSoDoesTheReplayOfOne() throws Exception {
        receiver.script("/given-up", RecordingReceiver.statuses(500, 500, 200));
        String one = job("/given-up", ", 'retry_delays': []");
        JsonNode answer = push("/api/jobs/batch", "{'jobs': [" + one + ", " + one + "]}");
        awaitArrivals("/given-up", 2);
        long id = answer.get("jobs").get(0).get("job_id").asLong();
        await().atMost(SOON)
                .until(() -> api.job(id).get("final_status").asText().equals("failed_no_retries"));

        assertThat(api.post("/api/jobs/" + id + "/replay", "").statusCode()).isEqualTo(201);

        awaitArrivals("/given-up", 3);
        assertThat(receiver.arrivals("/given-up"))
                .allSatisfy(arrival -> assertThat(arrival.header("traceparent")).contains(TRACE));
    }

    @Test
    void whatIsChangedStaysInItsTrace() throws Exception {
        JsonNode answer = push("/api/jobs", job("/changed", ", 'delay': 3600"));
        String path = "/api/jobs/" + answer.get("job_id").asLong();

        assertThat(api.patch(path, "{\"method\": \"PUT\", \"delay\": 0}").statusCode())
                .isEqualTo(200);

        awaitArrivals("/changed", 1);
        assertThat(receiver.arrivals("/changed").get(0).header("traceparent")).contains(TRACE);
    }

    @Test
    void whatIsPushedInNoTraceOrInOneThatNobodyUnderstandsIsSentInNone() throws Exception {
        api.post("/api/jobs", quoted(job("/no-trace", "")));
        api.post("/api/jobs", quoted(job("/no-trace", "")), "traceparent", PUSHED.toUpperCase(Locale.ROOT));

        awaitArrivals("/no-trace", 2);
        assertThat(receiver.arrivals("/no-trace")).allSatisfy(arrival -> {
            assertThat(arrival.hasHeader("traceparent")).isFalse();
            assertThat(arrival.hasHeader("tracestate")).isFalse();
        });
    }

    @Test
    void inALogOfJsonTheLineOfAFailedAttemptHasItsJobAsFields() throws Exception {
        receiver.script("/refused", RecordingReceiver.status(404));
        long id = push("/api/jobs", job("/refused", ", 'queue': 'logged', 'retry_delays': []"))
                .get("job_id")
                .asLong();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(lines())
                        .filteredOn(line -> line.path("job").asText().equals(String.valueOf(id)))
                        .singleElement()
                        .satisfies(line -> {
                            assertThat(line.get("level").asText()).isEqualTo("INFO");
                            assertThat(line.get("message").asText()).contains("failed on attempt 1");
                            assertThat(line.get("queue").asText()).isEqualTo("logged");
                            assertThat(line.get("attempt").asText()).isEqualTo("1");
                            assertThat(line.get("reason").asText()).isEqualTo("http_client_error");
                            assertThat(line.get("trace_id").asText()).isEqualTo(TRACE);
                            assertThat(line.get("node").asText()).isNotEmpty();
                        }));
    }

    private List<JsonNode> lines() throws IOException {
        ObjectMapper json = new ObjectMapper();
        return server.log()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    private JsonNode push(String path, String body) {
        var answer = api.post(path, quoted(body), "traceparent", PUSHED, "tracestate", "vendor=1, other=2");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer);
    }

    private String job(String path, String more) {
        String queue = more.contains("'queue'") ? "" : "'queue': 'traced', ";
        String delays = more.contains("'retry_delays'") ? "" : "'retry_delays': [1], ";
        return "{" + queue + delays + "'url': '" + receiver.url(path) + "'" + more + "}";
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private void awaitArrivals(String path, int count) {
        await().atMost(SOON).until(() -> receiver.count(path) >= count);
    }
}
