package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Retry chains from the push to their end, as a client, an endpoint and a callback's receiver see them. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenarioIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CALLBACK = "/scenario-callback";
    private static final String NO_STATUS = "null";

    private final CountDownLatch over = new CountDownLatch(1);
    private TestDatabase database;
    private ServerProcess server;
    private RecordingReceiver receiver;
    private SelfSignedServer selfSigned;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        Path directory = ServerProcess.directory("scenario");
        receiver = new RecordingReceiver();
        receiver.script("/never", (exchange, count) -> over.await());
        receiver.script("/failing", RecordingReceiver.status(500));
        selfSigned = new SelfSignedServer(directory);
        database = TestDatabase.empty();
        server = ServerProcess.start(directory, database.settings());
        api = server.api();
    }

    @AfterAll
    void stop() {
        over.countDown();
        server.close();
        database.close();
        selfSigned.close();
        receiver.close();
    }

    @Test
    void aJobThatSucceedsIsSentOnceAndReportedAsFinal() {
        receiver.script("/fine", answering(201, "{\"made\": true}"));

        long id = push("fine", "/fine", "\"retry_delays\": [1]");

        JsonNode job = awaitFinalStatus(id, "success");
        assertThat(states(id)).containsExactly("1 completed success");
        assertThat(job.get("has_pending_retry").asBoolean()).isFalse();
        assertThat(job.at("/runs/0/failure_reason").isNull()).isTrue();
        assertThat(job.at("/runs/0/response_body").asText()).isEqualTo("{\"made\": true}");
        assertReported(id, "success", true);
        assertThat(receiver.count("/fine")).isEqualTo(1);
    }

    @Test
    void afterTwoFailuresTheThirdAttemptResolvesTheChain() {
        Semaphore answers = new Semaphore(0);
        receiver.script("/flaky", (exchange, count) -> {
            answers.acquire();
            answering(count < 3 ? 500 : 200, "answer " + count).answer(exchange, count);
        });

        long first = push("flaky", "/flaky", "\"retry_delays\": [3, 2]");

        awaitArrivals("/flaky", 1);
        assertThat(states(first)).containsExactly("1 processing null");
        assertMember(first, 1, first, false);
        answers.release();
        api.awaitStatus(first, "failed");
        assertThat(states(first)).containsExactly("1 failed retrying", "2 pending null");
        long second = retryOf(first);
        assertMember(first, 1, first, true);
        assertMember(second, 2, first, false);
        assertReported(first, "retrying", false);
        assertDue(second, failureOf(first).plusSeconds(3));

        awaitArrivals("/flaky", 2);
        assertThat(states(first)).containsExactly("1 failed retrying", "2 processing null");
        assertMember(first, 1, first, true);
        answers.release();
        api.awaitStatus(second, "failed");
        assertThat(states(second))
                .containsExactly("1 failed retrying", "2 failed failed_with_retries", "3 pending null");
        long third = api.job(first).at("/chain/2/id").asLong();
        assertMember(first, 1, first, true);
        assertMember(second, 2, first, true);
        assertMember(third, 3, first, false);
        assertThat(listed("jobs?queue=flaky"))
                .extracting(job -> job.get("has_pending_retry").asBoolean())
                .containsExactly(false, true, true);
        assertReported(second, "failed_with_retries", false);
        assertDue(third, failureOf(second).plusSeconds(2));

        answers.release();
        awaitFinalStatus(first, "success");
        assertThat(states(third))
                .containsExactly("1 failed success", "2 failed failed_with_retries", "3 completed success");
        assertMember(first, 1, first, false);
        assertMember(second, 2, first, false);
        assertMember(third, 3, first, false);
        assertReported(third, "success", true);
        assertThat(reports(first, second, third)).hasSize(3);
        assertThat(receiver.arrivals("/flaky"))
                .extracting(arrival -> header(arrival, "X-posthaste-attempt"))
                .containsExactly("1", "2", "3");
        assertThat(receiver.arrivals("/flaky"))
                .extracting(arrival -> header(arrival, "X-posthaste-original-job-id"))
                .containsOnly(String.valueOf(first));
        assertNotBefore(receiver.arrivals("/flaky").get(1), failureOf(first).plusSeconds(3));
        assertNotBefore(receiver.arrivals("/flaky").get(2), failureOf(second).plusSeconds(2));
        assertThat(api.job(second).get("runs")).hasSize(1);
    }

    @Test
    void anExhaustedChainIsADeadLetterUntilItIsReplayed() {
        receiver.script("/dead", RecordingReceiver.status(500));
        long first = push("dead", "/dead", "\"retry_delays\": [1], \"payload\": {\"n\": 1}");
        JsonNode dead = awaitFinalStatus(first, "dead_lettered");
        long last = retryOf(first);
        assertThat(states(first)).containsExactly("1 failed dead_lettered", "2 failed dead_lettered");
        assertMember(first, 1, first, false);
        assertThat(dead.get("dead_lettered_at").isNull()).isFalse();
        assertReported(first, "retrying", false);
        assertReported(last, "dead_lettered", true);
        assertThat(listed("dead-letters?queue=dead"))
                .extracting(letter -> letter.get("id").asLong())
                .containsExactly(first);
        receiver.script("/dead", RecordingReceiver.status(200));

        HttpResponse<String> replayed = api.post("/api/dead-letters/replay", "{\"ids\": [" + first + "]}");

        assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(201);
        long replay = Api.json(replayed).at("/jobs/0/job_id").asLong();
        awaitFinalStatus(replay, "success");
        assertThat(states(replay)).containsExactly("1 completed success");
        assertMember(replay, 1, replay, false);
        assertReported(replay, "success", true);
        assertThat(receiver.arrivals("/dead"))
                .hasSize(3)
                .allMatch(arrival -> arrival.body().equals("{\"n\": 1}"));
        assertThat(listed("dead-letters?queue=dead")).isEmpty();
        assertThat(api.job(first).get("replayed_as").asLong()).isEqualTo(replay);
    }

    @Test
    void aQueueWithoutRetriesResolvesItsChainsWithTheFirstFailure() {
        api.createQueue("{\"name\": \"retries-off\", \"retries_enabled\": false}");
        api.createQueue("{\"name\": \"no-delays\", \"retry_delays\": []}");
        for (String queue : List.of("retries-off", "no-delays")) {
            long id = push(queue, "/failing", "\"priority\": 5");

            JsonNode job = awaitFinalStatus(id, "failed_no_retries");

            assertThat(states(id)).containsExactly("1 failed failed_no_retries");
            assertThat(job.get("has_pending_retry").asBoolean()).isFalse();
            assertThat(job.get("dead_lettered_at").isNull()).isTrue();
            assertReported(id, "failed_no_retries", true);
            assertThat(listed("dead-letters?queue=" + queue)).isEmpty();
        }
    }

    @Test
    void aJobsOwnSettingsWinOverItsQueues() {
        api.createQueue("{\"name\": \"overridden\", \"timeout_seconds\": 300, \"retry_delays\": [3600]}");
        api.createQueue("{\"name\": \"overridden-off\", \"retries_enabled\": false}");

        long own = push("overridden", "/never", "\"timeout_seconds\": 1, \"retry_delays\": [1]");
        long none = push("overridden", "/failing", "\"retry_delays\": []");
        long some = push("overridden-off", "/failing", "\"retry_delays\": [3600]");
        long queues = push("overridden", "/failing", "\"priority\": 5");

        awaitFinalStatus(none, "failed_no_retries");
        awaitFinalStatus(some, "retrying");
        assertDue(retryOf(some), failureOf(some).plusSeconds(3_600));
        awaitFinalStatus(queues, "retrying");
        assertDue(retryOf(queues), failureOf(queues).plusSeconds(3_600));
        awaitFinalStatus(own, "dead_lettered");
        for (long id : List.of(own, retryOf(own))) {
            JsonNode job = api.job(id);
            assertThat(job.get("timeout_seconds").asInt()).isEqualTo(1);
            assertThat(job.get("retry_delays")).hasToString("[1]");
            assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo("timeout");
            // Milliseconds, and not before its time; how long after it depends on the machine.
            assertThat(job.at("/runs/0/duration_ms").asInt()).isBetween(1_000, 100_000);
        }
    }

    Stream<Arguments> failures() {
        receiver.script("/moved", (exchange, count) -> {
            exchange.getResponseHeaders().add("Location", receiver.url("/elsewhere"));
            exchange.sendResponseHeaders(302, -1);
        });
        receiver.script("/gone", answering(410, "gone"));
        receiver.script("/closing", (exchange, count) -> exchange.close());
        return Stream.of(
                Arguments.of("timeout", receiver.url("/never"), "timeout", NO_STATUS),
                Arguments.of("refused connection", "http://127.0.0.1:1/", "connection_error", NO_STATUS),
                Arguments.of("no answer", receiver.url("/closing"), "connection_error", NO_STATUS),
                Arguments.of("unknown host", "http://nowhere.invalid/", "dns_error", NO_STATUS),
                Arguments.of("bad certificate", selfSigned.url(), "ssl_error", NO_STATUS),
                Arguments.of("redirect", receiver.url("/moved"), "http_redirect", "302"),
                Arguments.of("client error", receiver.url("/gone"), "http_client_error", "410"),
                Arguments.of("server error", receiver.url("/failing"), "http_server_error", "500"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void everyFailureIsRecordedAndReportedWithItsReason(String name, String url, String reason, String status) {
        int timeout = reason.equals("timeout") ? 1 : 20;
        long id = api.push(job("failures", url, "\"timeout_seconds\": " + timeout + ", \"retry_delays\": []"));

        JsonNode job = awaitFinalStatus(id, "failed_no_retries");

        assertThat(job.get("status").asText()).isEqualTo("failed");
        assertThat(job.get("runs")).hasSize(1);
        assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo(reason);
        assertThat(job.at("/runs/0/response_status").asText()).isEqualTo(status);
        assertThat(job.at("/runs/0/error_message").asText()).isNotBlank();
        assertReported(id, "failed_no_retries", true);
        assertThat(receiver.count("/elsewhere") + selfSigned.requests()).isZero();
    }

    @ParameterizedTest
    @MethodSource("failingAssertions")
    void anAnswerThatBreaksAnAssertionFailsTheAttempt(String assertion) {
        receiver.script("/answer", (exchange, count) -> {
            boolean isOver = over.await(20, TimeUnit.MILLISECONDS);
            answering(isOver ? 500 : 200, "{\"state\": \"broken\"}").answer(exchange, count);
        });
        String queue = "assertion-" + Math.floorMod(assertion.hashCode(), 1_000_000);
        api.createQueue("{\"name\": \"" + queue + "\", \"success_assertions\": [" + assertion + "]}");

        long id = push(queue, "/answer", "\"retry_delays\": []");

        JsonNode job = awaitFinalStatus(id, "failed_no_retries");
        assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo("assertion_failed");
        assertThat(job.at("/runs/0/response_status").asInt()).isEqualTo(200);
        assertReported(id, "failed_no_retries", true);
    }

    static Stream<String> failingAssertions() {
        return Stream.of(
                "{\"type\": \"status_code_equals\", \"value\": \"201\"}",
                "{\"type\": \"body_contains\", \"value\": \"ready\"}",
                "{\"type\": \"body_not_contains\", \"value\": \"broken\"}",
                "{\"type\": \"response_time_under_ms\", \"value\": 10}",
                "{\"type\": \"header_equals\", \"name\": \"X-State\", \"value\": \"ready\"}",
                "{\"type\": \"json_path_equals\", \"path\": \"$.state\", \"value\": \"ready\"}");
    }

    /** @param expected when the retry is due, from the end of the failed run on; null for the instant that was asked for */
    private record Pause(String path, int status, String retryAfter, Duration expected) {}

    @Test
    void aRetryWaitsAsLongAsA429OrA503AsksFor() {
        Instant asked = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(asked.atOffset(ZoneOffset.UTC));
        List<Pause> pauses = List.of(
                new Pause("/429-seconds", 429, "3", Duration.ofSeconds(3)),
                new Pause("/429-date", 429, date, null),
                new Pause("/503-seconds", 503, "3", Duration.ofSeconds(3)),
                new Pause("/503-date", 503, date, null),
                new Pause("/429-garbage", 429, "soon", Duration.ofSeconds(1)),
                new Pause("/503-garbage", 503, "-3", Duration.ofSeconds(1)),
                new Pause("/429-shorter", 429, "0", Duration.ofSeconds(1)),
                new Pause("/500-seconds", 500, "3", Duration.ofSeconds(1)));
        List<Long> ids = new ArrayList<>();
        for (Pause pause : pauses) {
            receiver.script(pause.path(), busyOnce(pause));
            ids.add(push("busy", pause.path(), "\"retry_delays\": [1]"));
        }

        for (int i = 0; i < pauses.size(); i++) {
            Pause pause = pauses.get(i);
            long id = ids.get(i);
            awaitFinalStatus(id, "success");
            Duration expected = pause.expected();
            Instant due = expected == null ? asked : failureOf(id).plus(expected);
            assertDue(retryOf(id), due);
            Arrival retry = receiver.arrivals(pause.path()).get(1);
            assertNotBefore(retry, due);
            assertReported(id, "retrying", false);
            assertReported(retryOf(id), "success", true);
        }
    }

    @Test
    void nobodyPutsARetryOffForMoreThanADay() {
        receiver.script("/next-year", busyOnce(new Pause("/next-year", 503, "31536000", Duration.ofDays(1))));

        long id = push("busy", "/next-year", "\"retry_delays\": [1]");

        awaitFinalStatus(id, "retrying");
        assertDue(retryOf(id), failureOf(id).plus(Duration.ofDays(1)));
    }

    @Test
    void aCallbackThatIsNotTakenIsTriedAgainAndDoesNotChangeTheJob() {
        receiver.script("/late-callback", RecordingReceiver.status(500));
        long id = api.push("{\"queue\": \"called-back\", \"url\": \"" + receiver.url("/called-back")
                + "\", \"callback_url\": \"" + receiver.url("/late-callback") + "\"}");

        await().atMost(SOON).until(() -> callback(id).at("/attempts").asInt() == 1);
        JsonNode waiting = callback(id);
        receiver.script("/late-callback", RecordingReceiver.status(204));
        assertThat(states(id)).containsExactly("1 completed success");
        assertThat(waiting.get("status").asText()).isEqualTo("pending");
        assertThat(waiting.get("last_response_status").asInt()).isEqualTo(500);
        assertThat(waiting.get("last_failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(waiting.get("delivered_at").isNull()).isTrue();
        Instant next = instant(waiting, "next_attempt_at");

        await().atMost(SOON).until(() -> !callback(id).at("/status").asText().equals("pending"));
        JsonNode delivered = callback(id);
        assertThat(delivered.get("status").asText()).isEqualTo("delivered");
        assertThat(delivered.get("attempts").asInt()).isEqualTo(2);
        assertThat(delivered.get("last_response_status").asInt()).isEqualTo(204);
        assertThat(delivered.get("last_failure_reason").isNull()).isTrue();
        assertThat(delivered.get("next_attempt_at").isNull()).isTrue();
        assertThat(delivered.get("delivered_at").isNull()).isFalse();
        List<Arrival> tries = receiver.arrivals("/late-callback");
        assertThat(tries).hasSize(2);
        assertThat(tries.get(1).body()).isEqualTo(tries.get(0).body());
        assertThat(Duration.between(tries.get(0).at(), tries.get(1).at()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        assertNotBefore(tries.get(1), next);
        assertThat(api.job(id).get("runs")).hasSize(1);
    }

    private RecordingReceiver.Script busyOnce(Pause pause) {
        return (exchange, count) -> {
            if (count == 1) {
                exchange.getResponseHeaders().add("Retry-After", pause.retryAfter());
            }
            exchange.sendResponseHeaders(count == 1 ? pause.status() : 200, -1);
        };
    }

    private static RecordingReceiver.Script answering(int status, String body) {
        return (exchange, count) -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    private long push(String queue, String path, String more) {
        return api.push(job(queue, receiver.url(path), more));
    }

    private String job(String queue, String url, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + url + "\", \"callback_url\": \"" + receiver.url(CALLBACK)
                + "\", " + more + "}";
    }

    private JsonNode awaitFinalStatus(long id, String finalStatus) {
        await().atMost(SOON)
                .until(() -> api.job(id).get("final_status").asText().equals(finalStatus));
        return api.job(id);
    }

    private void awaitArrivals(String path, int count) {
        await().atMost(SOON).until(() -> receiver.count(path) == count);
    }

    private long retryOf(long id) {
        return api.job(id).at("/chain/1/id").asLong();
    }

    /** Attempt number, status and final status of every attempt of a job's chain. */
    private List<String> states(long id) {
        List<String> states = new ArrayList<>();
        api.job(id)
                .get("chain")
                .forEach(link -> states.add(link.get("attempt_number").asText() + " "
                        + link.get("status").asText() + " "
                        + link.get("final_status").asText()));
        return states;
    }

    private void assertMember(long id, int attempt, long original, boolean hasPendingRetry) {
        JsonNode job = api.job(id);
        assertThat(job.get("attempt_number").asInt()).isEqualTo(attempt);
        assertThat(job.get("is_retry").asBoolean()).isEqualTo(attempt > 1);
        assertThat(job.get("original_job_id").asLong()).isEqualTo(original);
        assertThat(job.get("has_pending_retry").asBoolean())
                .as("has_pending_retry of attempt %s in %s", attempt, states(id))
                .isEqualTo(hasPendingRetry);
    }

    private Instant failureOf(long id) {
        return instant(api.job(id).at("/runs/0"), "executed_at");
    }

    private void assertDue(long id, Instant due) {
        // It is a little later, by what a node may be behind the database's clock, and that may be the next second.
        assertThat(instant(api.job(id), "scheduled_at"))
                .isIn(due.truncatedTo(ChronoUnit.SECONDS), due.plusMillis(500).truncatedTo(ChronoUnit.SECONDS));
    }

    private static void assertNotBefore(Arrival arrival, Instant due) {
        assertThat(arrival.at()).as(arrival.path()).isAfterOrEqualTo(due);
    }

    /** The attempt has one report, taken, that says of it what the API says, as it stood when the attempt had ended. */
    private void assertReported(long id, String finalStatus, boolean isFinal) {
        await().atMost(SOON).until(() -> callback(id).at("/status").asText().equals("delivered"));
        JsonNode job = api.job(id);
        JsonNode run = job.get("runs").get(job.get("runs").size() - 1);
        ObjectNode expected = JsonNodeFactory.instance.objectNode();
        expected.put("event", job.get("status").asText().equals("completed") ? "job.completed" : "job.failed");
        expected.set("job_id", job.get("id"));
        for (String field : List.of("original_job_id", "queue_id", "queue", "url", "method", "status")) {
            expected.set(field, job.get(field));
        }
        expected.put("final_status", finalStatus);
        expected.put("final", isFinal);
        for (String field : List.of("attempt_number", "is_retry", "scheduled_at")) {
            expected.set(field, job.get(field));
        }
        for (String field : List.of(
                "started_at",
                "executed_at",
                "duration_ms",
                "response_status",
                "response_headers",
                "response_body",
                "failure_reason",
                "error_message")) {
            expected.set(field, run.get(field));
        }
        List<Arrival> reports = reports(id);
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).method()).isEqualTo("POST");
        assertThat(header(reports.get(0), "Content-type")).isEqualTo("application/json");
        JsonNode report = Api.json(reports.get(0).body());
        assertThat(report).isEqualTo(expected);
        assertThat(report.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
        assertThat(job.get("callbacks")).hasSize(1);
    }

    private List<Arrival> reports(Long... ids) {
        List<String> wanted = Stream.of(ids).map(String::valueOf).toList();
        return receiver.arrivals(CALLBACK).stream()
                .filter(arrival -> wanted.contains(header(arrival, "X-posthaste-job-id")))
                .toList();
    }

    private JsonNode callback(long id) {
        return api.job(id).at("/callbacks/0");
    }

    private List<JsonNode> listed(String path) {
        List<JsonNode> things = new ArrayList<>();
        Api.json(api.get("/api/" + path)).get("data").forEach(things::add);
        return things;
    }

    private static String header(Arrival arrival, String name) {
        return arrival.headers().get(name).get(0);
    }

    private static Instant instant(JsonNode object, String field) {
        return OffsetDateTime.parse(object.get(field).asText()).toInstant();
    }
}
