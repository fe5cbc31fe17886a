package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainJobIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        server = ServerProcess.start(ServerProcess.directory("main-job"));
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void aJobArrivesIsRecordedAndReported() {
        HttpResponse<String> pushed =
                api.post("/api/jobs", """
                {"queue": "größe/1", "url": "%s", "method": "PUT", "headers": {"X-Custom-Header": "value"},
                 "payload": {"subject": "Welcome!"}, "callback_url": "%s"}
                """.formatted(receiver.url("/whole"), receiver.url("/whole-callback")));

        assertThat(pushed.statusCode()).isEqualTo(201);
        JsonNode answer = Api.json(pushed);
        long id = answer.get("job_id").asLong();
        assertThat(pushed.headers().firstValue("Location")).contains("/api/jobs/" + id);
        assertThat(answer.fieldNames())
                .toIterable()
                .containsExactly("success", "queue_id", "job_id", "scheduled_at", "message");
        assertThat(answer.get("scheduled_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
        await().atMost(SOON).until(() -> !receiver.arrivals("/whole-callback").isEmpty());
        Arrival arrival = receiver.arrivals("/whole").get(0);
        assertThat(arrival.method()).isEqualTo("PUT");
        assertThat(arrival.body()).isEqualTo("{\"subject\": \"Welcome!\"}");
        assertThat(arrival.headers())
                .containsEntry("X-custom-header", List.of("value"))
                .containsEntry("Content-type", List.of("application/json"))
                .containsEntry("X-posthaste-job-id", List.of(String.valueOf(id)))
                .containsEntry("X-posthaste-original-job-id", List.of(String.valueOf(id)))
                .containsEntry("X-posthaste-attempt", List.of("1"))
                .containsEntry("X-posthaste-queue", List.of("gr%C3%B6%C3%9Fe%2F1"));
        assertThat(arrival.headers().get("User-agent").get(0)).startsWith("Posthaste/");
        await().atMost(SOON)
                .until(() -> api.job(id).at("/callbacks/0/status").asText().equals("delivered"));
        JsonNode job = api.job(id);
        assertThat(job.get("status").asText()).isEqualTo("completed");
        assertThat(job.get("final_status").asText()).isEqualTo("success");
        assertThat(job.at("/runs/0/response_status").asInt()).isEqualTo(200);
        assertThat(job.at("/runs/0/started_at").asText()).matches(".*\\.\\d{3}\\+00:00");
        assertThat(job.get("chain")).hasSize(1);
        assertThat(receiver.arrivals("/whole-callback")).hasSize(1);
        assertThat(receiver.arrivals("/whole-callback").get(0).body())
                .startsWith("{\"event\":\"job.completed\",\"job_id\":" + id + ",\"original_job_id\":" + id + ",")
                .contains("\"final\":true", "\"is_retry\":false", "\"response_status\":200");
    }

    @Test
    void aDelayedJobArrivesWhenItIsDueAndNotBefore() {
        Instant before = Instant.now();
        api.push("{\"queue\": \"delayed\", \"url\": \"" + receiver.url("/delayed") + "\", \"delay\": 2}");

        await().atMost(SOON).until(() -> !receiver.arrivals("/delayed").isEmpty());

        Duration took =
                Duration.between(before, receiver.arrivals("/delayed").get(0).at());
        assertThat(took).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aPayloadArrivesByteForByte() {
        String payload = "{\"b\" : 1.0,\n \"a\":1e400, \"n\":123456789012345678901234567890,"
                + " \"z\":\"\\u0000\\ud83d\\ude00ä\", \"e\":[ ], \"f\":-0.10E+5}";

        api.push("{\"payload\":" + payload + ",\"queue\":\"bytes\",\"url\":\"" + receiver.url("/bytes") + "\"}");

        await().atMost(SOON).until(() -> !receiver.arrivals("/bytes").isEmpty());
        assertThat(receiver.arrivals("/bytes").get(0).body()).isEqualTo(payload);
    }

    @Test
    void jobsFromManyConnectionsArriveOnceEach() throws InterruptedException, ExecutionException {
        int connections = 20;
        int each = 10;
        ExecutorService clients = Executors.newFixedThreadPool(connections);
        List<Future<?>> pushes = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int client = i;
            Api own = server.api();
            pushes.add(clients.submit(() -> {
                for (int job = 0; job < each; job++) {
                    own.push("{\"queue\": \"many\", \"url\": \"" + receiver.url("/many") + "\", \"payload\": {\"job\": "
                            + (client * each + job) + "}}");
                }
            }));
        }
        for (Future<?> push : pushes) {
            push.get();
        }
        clients.shutdown();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> receiver.arrivals("/many").size() >= connections * each);
        assertThat(receiver.arrivals("/many").stream().map(Arrival::body))
                .doesNotHaveDuplicates()
                .hasSize(200);
    }

    @Test
    void aBlockedAddressIsRecordedAsSuch() {
        long id = api.push("{\"queue\": \"q\", \"url\": \"http://169.254.169.254/latest\", \"retry_delays\": []}");

        await().atMost(SOON).until(() -> api.job(id).get("status").asText().equals("failed"));

        JsonNode job = api.job(id);
        assertThat(job.get("final_status").asText()).isEqualTo("failed_no_retries");
        assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo("blocked_address");
    }

    @Test
    void theServersOwnPortsAreOutOfReach() {
        for (int port : List.of(server.port(), server.adminPort())) {
            long id = api.push(
                    "{\"queue\": \"q\", \"url\": \"http://localhost:" + port + "/tasks/gc\", \"retry_delays\": []}");
            await().atMost(SOON).until(() -> api.job(id).get("status").asText().equals("failed"));
            assertThat(api.job(id).at("/runs/0/failure_reason").asText()).isEqualTo("blocked_address");
        }
    }

    @Test
    void aFailedAttemptIsFollowedByARetryInTheSameChain() {
        receiver.script("/flaky", (exchange, count) -> exchange.sendResponseHeaders(count == 1 ? 500 : 200, -1));
        long id = api.push("{\"queue\": \"flaky\", \"url\": \"" + receiver.url("/flaky")
                + "\", \"retry_delays\": [1], \"callback_url\": \"" + receiver.url("/flaky-callback") + "\"}");

        await().atMost(SOON)
                .until(() -> api.job(id).get("final_status").asText().equals("success"));

        JsonNode original = api.job(id);
        assertThat(original.get("status").asText()).isEqualTo("failed");
        assertThat(original.get("has_pending_retry").asBoolean()).isFalse();
        assertThat(original.get("chain")).hasSize(2);
        JsonNode retry = api.job(original.at("/chain/1/id").asLong());
        assertThat(retry.get("is_retry").asBoolean()).isTrue();
        assertThat(retry.get("original_job_id").asLong()).isEqualTo(id);
        assertThat(retry.get("attempt_number").asInt()).isEqualTo(2);
        await().atMost(SOON).until(() -> receiver.arrivals("/flaky-callback").size() == 2);
        assertThat(receiver.arrivals("/flaky-callback").get(0).body()).contains("\"final\":false", "job.failed");
    }

    @Test
    void theSameIdempotencyKeyGivesTheSameJob() {
        String body = "{\"queue\": \"once\", \"url\": \"" + receiver.url("/once") + "\"}";

        HttpResponse<String> first = api.post("/api/jobs", body, "Idempotency-Key", "k1");
        HttpResponse<String> second = api.post("/api/jobs", body, "Idempotency-Key", "k1");
        HttpResponse<String> other = api.post("/api/jobs", body + " ", "Idempotency-Key", "k1");

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(other.statusCode()).isEqualTo(409);
    }

    @Test
    void aBatchIsAcceptedAsAWholeOrNotAtAll() {
        String job = "{\"queue\": \"batch\", \"url\": \"" + receiver.url("/batch") + "\"}";

        HttpResponse<String> bad = api.post("/api/jobs/batch", "{\"jobs\": [" + job + ", {\"queue\": \"batch\"}]}");
        HttpResponse<String> good = api.post("/api/jobs/batch", "{\"jobs\": [" + job + ", " + job + "]}");

        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(Api.json(bad).at("/errors/jobs.1.url/0").asText()).isEqualTo("The jobs.1.url field is required.");
        assertThat(good.statusCode()).isEqualTo(201);
        assertThat(Api.json(good).get("count").asInt()).isEqualTo(2);
        await().atMost(SOON).until(() -> receiver.arrivals("/batch").size() == 2);
    }
}
