package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.system.RecordingReceiver.Arrival;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Crons from their fire to what comes of it, as a client, a target and a callback's receiver see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CronScenarioIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final CountDownLatch over = new CountDownLatch(1);
    private ServerInside server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/never", (exchange, count) -> over.await());
        receiver.script("/failing", RecordingReceiver.status(500));
        server = new ServerInside(
                ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
                ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        api = new Api(server.port(), ServerProcess.TOKEN);
        assertThat(api.post("/api/signing-secrets", "{}").statusCode()).isEqualTo(201);
    }

    @AfterAll
    void stop() {
        over.countDown();
        server.close();
        receiver.close();
    }

    @Test
    void aFireIsSentOnceSignedRecordedAndReported() throws Exception {
        long cron = cron("/fine", "\"payload\": \"{\\\"a\\\":  1}\", \"headers\": {\"X-Api-Key\": \"secret\"}");
        String next = show(cron).get("next_run_at").asText();

        fire(cron);
        JsonNode execution = awaitExecution(cron, "completed");

        long id = execution.get("id").asLong();
        assertThat(receiver.arrivals("/fine")).hasSize(1);
        Arrival arrival = receiver.arrivals("/fine").get(0);
        assertThat(arrival.body()).isEqualTo("{\"a\":  1}");
        assertThat(header(arrival, "Content-type")).isEqualTo("application/json");
        assertThat(header(arrival, "X-api-key")).isEqualTo("secret");
        assertThat(header(arrival, "X-posthaste-cron-id")).isEqualTo(String.valueOf(cron));
        assertThat(header(arrival, "X-posthaste-job-id")).isEqualTo(String.valueOf(id));
        assertThat(header(arrival, "X-posthaste-attempt")).isEqualTo("1");
        assertThat(header(arrival, "Webhook-id")).isEqualTo("job_" + id);
        assertThat(arrival.headers()).containsKeys("X-recuro-signature", "Webhook-signature");
        assertThat(arrival.headers()).doesNotContainKey("X-posthaste-queue");
        assertThat(execution.get("trigger").asText()).isEqualTo("schedule");
        assertThat(execution.get("attempts").asInt()).isEqualTo(1);
        assertThat(execution.get("response_status").asInt()).isEqualTo(200);

        JsonNode whole = execution(cron, id);
        assertThat(whole.at("/runs/0/request_body").asText()).isEqualTo("{\"a\":  1}");
        assertThat(whole.at("/runs/0/request_headers/X-Api-Key").asText()).startsWith("REDACTED:");
        assertThat(whole.at("/chain/0/status").asText()).isEqualTo("completed");
        JsonNode report = awaitReport(cron, 0);
        assertThat(report.get("event").asText()).isEqualTo("cron.completed");
        assertThat(report.get("cron_id").asLong()).isEqualTo(cron);
        assertThat(report.get("job_id").asLong()).isEqualTo(id);
        assertThat(report.get("queue").isNull()).isTrue();
        assertThat(report.get("queue_id").isNull()).isTrue();
        JsonNode shown = show(cron);
        assertThat(shown.get("last_status").asText()).isEqualTo("completed");
        assertThat(shown.get("last_executed_at")).isEqualTo(execution.get("executed_at"));
        assertThat(shown.get("recent")).hasToString("[\"completed\"]");
        assertThat(shown.get("next_run_at").asText()).isEqualTo(next);
    }

    @Test
    void anExecutionIsNoJob() throws Exception {
        long cron = cron("/failing", "\"queue\": \"shared\", \"retry_delays\": [1]");
        fire(cron);
        long id = awaitExecution(cron, "failed").get("id").asLong();

        assertThat(api.get("/api/jobs/" + id).statusCode()).isEqualTo(404);
        assertThat(api.post("/api/jobs/" + id + "/cancel", "").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/jobs/" + id + "/replay", "").statusCode()).isEqualTo(404);
        assertThat(api.patch("/api/jobs/" + id, "{\"priority\": 1}").statusCode())
                .isEqualTo(404);
        assertThat(api.delete("/api/jobs/" + id).statusCode()).isEqualTo(404);
        for (String list : List.of(
                "jobs", "jobs?queue=shared", "jobs?status=failed", "dead-letters", "dead-letters?queue=shared")) {
            assertThat(Api.json(api.get("/api/" + list)).get("data")).as(list).isEmpty();
        }
        assertThat(Api.json(api.post("/api/dead-letters/replay", "{\"ids\": [" + id + "]}"))
                        .get("replayed")
                        .asInt())
                .isZero();
        assertThat(Api.json(api.post("/api/dead-letters/replay", "{\"queue\": \"shared\"}"))
                        .get("replayed")
                        .asInt())
                .isZero();
        assertThat(execution(cron, id).get("chain")).hasSize(2);
    }

    @Test
    void anAnswerThatBreaksAnAssertionIsRetriedAndEachAttemptReported() throws Exception {
        receiver.script("/slowly", (exchange, count) -> {
            byte[] body = (count == 1 ? "not yet" : "done").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
        long cron = cron(
                "/slowly",
                "\"retry_delays\": [1], \"success_assertions\": [{\"type\": \"body_contains\", \"value\": \"done\"}]");

        fire(cron);
        JsonNode execution = awaitExecution(cron, "completed");

        assertThat(execution.get("attempts").asInt()).isEqualTo(2);
        JsonNode whole = execution(cron, execution.get("id").asLong());
        assertThat(whole.get("runs").findValuesAsText("failure_reason")).containsExactly("assertion_failed", "null");
        assertThat(whole.get("chain").findValuesAsText("final_status")).containsExactly("success", "success");
        awaitReport(cron, 1);
        assertThat(reports(cron).stream().map(report -> report.get("event").asText()))
                .containsExactlyInAnyOrder("cron.failed", "cron.completed");
        assertThat(receiver.arrivals("/slowly").stream().map(arrival -> header(arrival, "X-posthaste-original-job-id")))
                .containsOnly(execution.get("id").asText());
        assertThat(receiver.arrivals("/slowly").stream().map(arrival -> header(arrival, "X-posthaste-cron-id")))
                .containsOnly(String.valueOf(cron));
        assertThat(show(cron).get("consecutive_failures").asInt()).isZero();
    }

    @Test
    void failuresInARowAreCountedUntilASuccess() throws Exception {
        receiver.script("/moody", RecordingReceiver.statuses(500, 500, 500, 200));
        long cron = cron("/moody", "\"retry_delays\": [1]");

        fire(cron);
        awaitFailures(cron, 1);
        run(cron);
        await().atMost(SOON).until(() -> receiver.count("/moody") == 4);
        awaitExecution(cron, "completed");
        assertThat(show(cron).get("consecutive_failures").asInt()).isZero();
        assertThat(show(cron).get("recent")).hasToString("[\"completed\",\"failed\"]");
        receiver.script("/moody", RecordingReceiver.status(500));
        run(cron);
        awaitFailures(cron, 1);
        run(cron);
        awaitFailures(cron, 2);
        assertThat(show(cron).get("last_status").asText()).isEqualTo("failed");
    }

    @ParameterizedTest
    @CsvSource({
        "/never,timeout",
        "/failing,http_server_error",
        "http://127.0.0.1:1/,connection_error",
        "http://nowhere.invalid/,dns_error",
        "http://10.0.0.1/,blocked_address"
    })
    void aFailureIsRecordedWithItsReason(String url, String reason) throws Exception {
        long cron = cron(url, "\"timeout_seconds\": " + (reason.equals("timeout") ? 1 : 20));

        fire(cron);
        JsonNode execution = awaitExecution(cron, "failed");

        assertThat(execution.get("failure_reason").asText()).isEqualTo(reason);
        assertThat(execution.get("error_message").asText()).isNotBlank();
        JsonNode report = awaitReport(cron, 0);
        assertThat(report.get("event").asText()).isEqualTo("cron.failed");
        assertThat(report.get("final_status").asText()).isEqualTo("failed_no_retries");
    }

    @Test
    void aFireDuringAnExecutionIsSkippedAndOneByHandIsSent() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/held", RecordingReceiver.held(release));
        long cron = cron("/held", "\"overlap\": \"skip\"");
        fire(cron);
        long first = awaitExecution(cron, "processing").get("id").asLong();
        assertThat(show(cron).get("recent")).hasToString("[\"processing\"]");

        fire(cron);
        JsonNode skipped = awaitExecution(cron, "skipped");

        assertThat(skipped.get("error_message").asText())
                .isEqualTo("Execution " + first + " of this cron was not finished.");
        assertThat(skipped.get("attempts").asInt()).isZero();
        assertThat(execution(cron, skipped.get("id").asLong()).get("chain")).isEmpty();
        assertThat(api.post("/api/crons/" + cron + "/pause", "").statusCode()).isEqualTo(200);
        long byHand = run(cron);
        await().atMost(SOON).until(() -> receiver.count("/held") == 2);
        assertThat(execution(cron, byHand).get("trigger").asText()).isEqualTo("run_now");
        assertThat(show(cron).get("next_run_at").isNull()).isTrue();
        release.countDown();
        await().atMost(SOON).until(() -> executions(cron, "?status=completed").size() == 2);
        assertThat(executions(cron, "?status=skipped")).hasSize(1);
        assertThat(executions(cron, "?status=processing")).isEmpty();
        assertThat(receiver.count("/held")).isEqualTo(2);
    }

    @Test
    void whatIsInFlightWhenItsCronIsDeletedEndsAndIsNotRecorded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/going", (exchange, count) -> {
            release.await();
            exchange.sendResponseHeaders(500, -1);
        });
        long cron = cron("/going", "\"retry_delays\": [1]");
        fire(cron);
        long id = awaitExecution(cron, "processing").get("id").asLong();

        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        assertThat(api.delete("/api/crons/" + cron).statusCode()).isEqualTo(204);
        release.countDown();

        await().atMost(SOON)
                .until(() -> server.database()
                                .number("select count(*) from qrtz_fired_one_shots where trigger_names @> array['j" + id
                                        + "']")
                        == 0);
        root.detachAppender(log);
        assertThat(log.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
        assertThat(api.get("/api/crons/" + cron + "/executions").body()).isEqualTo("{\"error\":\"Cron not found\"}");
        assertThat(server.database().number("select count(*) from runs where job_id = " + id))
                .isZero();
        assertThat(server.database().number("select count(*) from jobs where cron_id = " + cron))
                .isZero();
        assertThat(server.database().number("select count(*) from callbacks where job_id = " + id))
                .isZero();
    }

    @Test
    void theCronsQueueHoldsItsExecutionsBack() throws Exception {
        long queue = api.createQueue("{\"name\": \"gated\", \"is_active\": false, \"timeout_seconds\": 1}");
        long cron = cron("/gated", "\"queue\": \"gated\"");
        fire(cron);
        awaitExecution(cron, "pending");

        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .at("/counts/pending")
                        .asInt())
                .isEqualTo(1);
        HttpResponse<String> deleted = api.delete("/api/queues/" + queue);
        assertThat(deleted.statusCode()).isEqualTo(409);
        assertThat(receiver.count("/gated")).isZero();
        api.post("/api/queues/" + queue + "/resume", "");
        awaitExecution(cron, "completed");
        assertThat(header(receiver.arrivals("/gated").get(0), "X-posthaste-queue"))
                .isEqualTo("gated");
        await().until(
                        () -> Api.json(api.get("/api/queues/" + queue)).get("counts"),
                        counts -> counts.toString()
                                .equals(
                                        "{\"pending\":0,\"processing\":0,\"completed\":0,\"failed\":0,\"dead_lettered\":0}"));
        assertThat(awaitReport(cron, 0).get("queue").asText()).isEqualTo("gated");
        assertThat(api.delete("/api/queues/" + queue).body()).contains("Crons name the queue");
        api.patch("/api/crons/" + cron, "{\"queue\": null}");
        assertThat(api.delete("/api/queues/" + queue).statusCode()).isEqualTo(204);
    }

    @Test
    void purgingAQueueCancelsTheExecutionsThatWaitInIt() throws Exception {
        long queue = api.createQueue("{\"name\": \"purged\", \"is_active\": false}");
        long cron = cron("/purged", "\"queue\": \"purged\", \"overlap\": \"skip\"");
        fire(cron);
        awaitExecution(cron, "pending");

        assertThat(api.post("/api/queues/" + queue + "/purge", "").body()).isEqualTo("{\"cancelled\":1}");

        awaitExecution(cron, "cancelled");
        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .at("/counts/pending")
                        .asInt())
                .isZero();
        fire(cron);
        awaitExecution(cron, "pending");
    }

    @Test
    void executionsArePagedAndBelongToTheirCron() throws Exception {
        long cron = cron("/many", "\"is_active\": false");
        List<Long> made = List.of(run(cron), run(cron), run(cron));
        await().atMost(SOON).until(() -> executions(cron, "?status=completed").size() == 3);

        JsonNode first = Api.json(api.get("/api/crons/" + cron + "/executions?limit=2"));
        JsonNode second = Api.json(api.get("/api/crons/" + cron + "/executions?limit=2&cursor="
                + first.get("next_cursor").asText()));

        assertThat(first.get("data").findValues("id").stream().map(JsonNode::asLong))
                .containsExactly(made.get(2), made.get(1));
        assertThat(second.get("data").findValues("id").stream().map(JsonNode::asLong))
                .containsExactly(made.get(0));
        assertThat(second.get("next_cursor").isNull()).isTrue();
        long other = cron("/other", "\"is_active\": false");
        assertThat(executions(other, "")).isEmpty();
        assertThat(api.get("/api/crons/" + other + "/executions/" + made.get(0)).body())
                .isEqualTo("{\"error\":\"Execution not found\"}");
        assertThat(api.get("/api/crons/" + cron + "/executions?status=lost").statusCode())
                .isEqualTo(422);
    }

    @Test
    void executionsOfLongAgoAreRemovedAndTheRequestOfTheirCronStays() throws Exception {
        receiver.script("/retained", RecordingReceiver.statuses(200, 500, 500, 200));
        long queue = api.createQueue("{\"name\": \"retained\"}");
        long cron = cron("/retained", "\"retry_delays\": [1], \"queue\": \"retained\"");
        run(cron);
        awaitExecution(cron, "completed");
        run(cron);
        long failed = awaitExecution(cron, "failed").get("id").asLong();
        server.database()
                .execute("insert into jobs (id, queue_id, request_id, original_job_id, attempt_number, priority,"
                        + " created_at, due_at, cron_id, cron_trigger, skipped_for, status, final_status, concluded_at)"
                        + " select nextval('jobs_id_seq'), queue_id, request_id, id, 1, 5, created_at, due_at, cron_id,"
                        + " cron_trigger, id, 'skipped', 'cancelled', created_at from jobs where id = " + failed);
        assertThat(executions(cron, "")).hasSize(3);
        server.database()
                .execute("update jobs set created_at = created_at - interval '31 days',"
                        + " concluded_at = concluded_at - interval '31 days' where cron_id = " + cron);
        long young = run(cron);
        await().atMost(SOON)
                .until(() -> execution(cron, young).get("status").asText().equals("completed"));
        JsonNode counts = Api.json(api.get("/api/queues/" + queue)).get("counts");

        assertThat(new Api(server.adminPort(), "").post("/tasks/retention", "").statusCode())
                .isEqualTo(200);

        assertThat(executions(cron, "").stream().map(one -> one.get("id").asLong()))
                .containsExactly(young);
        assertThat(server.database().number("select count(*) from jobs where cron_id = " + cron))
                .isOne();
        assertThat(Api.json(api.get("/api/queues/" + queue)).get("counts")).isEqualTo(counts);
        assertThat(server.database().number("select count(*) from queue_counts where queue_id < 0"))
                .as("what belongs to no queue is counted by none")
                .isZero();
        assertThat(execution(cron, young).get("runs")).hasSize(1);
        run(cron);
        await().atMost(SOON).until(() -> receiver.count("/retained") == 5);
    }

    @Test
    void aLargePayloadIsSentWholeByEachFire() throws Exception {
        String payload = "x".repeat(300_000);
        long cron = cron("/large", "\"headers\": {\"Content-Type\": \"text/plain\"}, \"payload\": \"" + payload + "\"");

        fire(cron);
        awaitExecution(cron, "completed");
        run(cron);

        await().atMost(SOON).until(() -> receiver.count("/large") == 2);
        assertThat(receiver.arrivals("/large"))
                .allMatch(arrival -> arrival.body().equals(payload));
        assertThat(header(receiver.arrivals("/large").get(0), "Content-type")).isEqualTo("text/plain");
        assertThat(server.database().number("select count(*) from requests where octet_length(body) = 300000"))
                .isOne();
    }

    /** The database's clock is not waited for: what waits is due by now. */
    private void fire(long cron) throws SQLException {
        server.database()
                .execute("update crons set next_fire_at = date_trunc('second', clock_timestamp()) where id = " + cron);
    }

    private long run(long cron) {
        HttpResponse<String> answer = api.post("/api/crons/" + cron + "/run", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer).get("execution_id").asLong();
    }

    /** @param url of the receiver's, when it begins with a slash */
    private long cron(String url, String more) {
        HttpResponse<String> made = api.post(
                "/api/crons",
                "{\"name\": \"a\", \"cron_expression\": \"0 0 1 1 *\", \"url\": \""
                        + (url.startsWith("/") ? receiver.url(url) : url) + "\", \"callback_url\": \""
                        + receiver.url("/callback") + "\", " + more + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    private JsonNode show(long cron) {
        return Api.json(api.get("/api/crons/" + cron));
    }

    private JsonNode execution(long cron, long id) {
        return Api.json(api.get("/api/crons/" + cron + "/executions/" + id));
    }

    private List<JsonNode> executions(long cron, String query) {
        JsonNode page = Api.json(api.get("/api/crons/" + cron + "/executions" + query));
        return StreamSupport.stream(page.get("data").spliterator(), false).toList();
    }

    private JsonNode awaitExecution(long cron, String status) {
        return await().atMost(SOON)
                .until(() -> executions(cron, "?status=" + status), found -> !found.isEmpty())
                .get(0);
    }

    private void awaitFailures(long cron, int count) {
        await().atMost(SOON).until(() -> show(cron).get("consecutive_failures").asInt() == count);
    }

    private List<JsonNode> reports(long cron) {
        return receiver.arrivals("/callback").stream()
                .map(arrival -> Api.json(arrival.body()))
                .filter(report -> report.get("cron_id").asLong() == cron)
                .toList();
    }

    private JsonNode awaitReport(long cron, int index) {
        return await().atMost(SOON)
                .until(() -> reports(cron), reports -> reports.size() > index)
                .get(index);
    }

    private static String header(Arrival arrival, String name) {
        return arrival.headers().get(name).get(0);
    }
}
