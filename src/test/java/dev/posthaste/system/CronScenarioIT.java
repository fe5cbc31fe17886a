package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** The scenarios of crons' executions, and what holds of them alone. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CronScenarioIT implements DeliveryScenarios {
    private Stage stage;
    private ServerInside server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        stage = new Stage();
        server = stage.server();
        receiver = stage.receiver();
        api = stage.api();
    }

    @AfterAll
    void stop() {
        stage.close();
    }

    @Override
    public Stage stage() {
        return stage;
    }

    @Override
    public Sent send(Api team, Order order) throws Exception {
        return SentExecution.fire(team, server.database(), order);
    }

    @Test
    void aFireIsShownByItsCronAndPutsOffNoOther() throws Exception {
        long cron = cron(to("/fired"));
        String next = show(cron).get("next_run_at").asText();

        fire(cron);
        JsonNode execution = awaitExecution(cron, "completed");

        assertThat(execution.get("trigger").asText()).isEqualTo("schedule");
        JsonNode shown = show(cron);
        assertThat(shown.get("last_status").asText()).isEqualTo("completed");
        assertThat(shown.get("last_executed_at")).isEqualTo(execution.get("executed_at"));
        assertThat(shown.get("recent")).hasToString("[\"completed\"]");
        assertThat(shown.get("next_run_at").asText()).isEqualTo(next);
    }

    @Test
    void aPayloadIsJsonUnlessTheHeadersSayOtherwise() throws Exception {
        send(api, to("/string").text("whatever it is"));

        assertThat(awaitArrivals("/string", 1).get(0).header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void ofItsQueueACronHasNeitherTheTimeoutNorTheRetriesNorTheAssertions() throws Exception {
        api.createQueue("{\"name\": \"other\", \"timeout_seconds\": 1, \"retry_delays\": [1],"
                + " \"success_assertions\": [{\"type\": \"status_code_equals\", \"value\": 201}]}");
        receiver.script("/patient", (exchange, count) -> {
            boolean isOver = stage.over().await(1_500, TimeUnit.MILLISECONDS);
            exchange.sendResponseHeaders(isOver ? 500 : 200, -1);
        });

        Sent patient = send(api, to("/patient").with("queue", "'other'"));
        Sent failing = send(api, to("/failing").without("retry_delays").with("queue", "'other'"));

        patient.awaitStates("1 completed success");
        failing.awaitStates("1 failed failed_no_retries");
    }

    @Test
    void anExecutionIsNoJob() throws Exception {
        long cron = cron(to("/failing").with("queue", "'shared'").with("retry_delays", "[1]"));
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
    void failuresInARowAreCountedUntilASuccess() throws Exception {
        receiver.script("/moody", RecordingReceiver.statuses(500, 500, 500, 200));
        long cron = cron(to("/moody").with("retry_delays", "[1]"));

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

    @Test
    void aFireDuringAnExecutionIsSkippedAndOneByHandIsSent() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/held", RecordingReceiver.held(release));
        long cron = cron(to("/held").with("overlap", "'skip'"));
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
        long cron = cron(to("/going").with("retry_delays", "[1]"));
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
    void aQueueThatACronNamesCountsItsExecutionsAndStays() throws Exception {
        long queue = api.createQueue("{\"name\": \"gated\", \"is_active\": false}");
        long cron = cron(to("/gated").with("queue", "'gated'"));
        fire(cron);
        awaitExecution(cron, "pending");

        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .at("/counts/pending")
                        .asInt())
                .isEqualTo(1);
        HttpResponse<String> deleted = api.delete("/api/queues/" + queue);
        assertThat(deleted.statusCode()).isEqualTo(409);
        api.post("/api/queues/" + queue + "/resume", "");
        awaitExecution(cron, "completed");
        await().until(
                        () -> Api.json(api.get("/api/queues/" + queue)).get("counts"),
                        counts -> counts.toString()
                                .equals(
                                        "{\"pending\":0,\"processing\":0,\"completed\":0,\"failed\":0,\"dead_lettered\":0}"));
        assertThat(api.delete("/api/queues/" + queue).body()).contains("Crons name the queue");
        api.patch("/api/crons/" + cron, "{\"queue\": null}");
        assertThat(api.delete("/api/queues/" + queue).statusCode()).isEqualTo(204);
    }

    @Test
    void purgingAQueueCancelsTheExecutionsThatWaitInIt() throws Exception {
        long queue = api.createQueue("{\"name\": \"purged\", \"is_active\": false}");
        long cron = cron(to("/purged").with("queue", "'purged'").with("overlap", "'skip'"));
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
        long cron = cron(to("/many").with("is_active", "false"));
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
        long other = cron(to("/other").with("is_active", "false"));
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
        long cron = cron(to("/retained").with("queue", "'retained'").with("retry_delays", "[1]"));
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
        assertThat(server.database().number("select count(*) from queue_counts where queue_id < 0 and pending <> 0"))
                .as("what belongs to no queue waits in none")
                .isZero();
        assertThat(execution(cron, young).get("runs")).hasSize(1);
        run(cron);
        await().atMost(SOON).until(() -> receiver.count("/retained") == 5);
    }

    @Test
    void aLargePayloadIsKeptOnceAndSentWholeByEachFire() throws Exception {
        String payload = "x".repeat(300_000);
        long cron = cron(to("/large").text(payload));

        fire(cron);
        awaitExecution(cron, "completed");
        run(cron);

        await().atMost(SOON).until(() -> receiver.count("/large") == 2);
        assertThat(receiver.arrivals("/large"))
                .allMatch(arrival -> arrival.body().equals(payload));
        assertThat(server.database().number("select count(*) from requests where octet_length(body) = 300000"))
                .isOne();
    }

    private void fire(long cron) throws SQLException {
        SentExecution.fire(server.database(), cron);
    }

    private long run(long cron) {
        return SentExecution.run(api, cron);
    }

    private long cron(Order order) {
        return SentExecution.cron(api, order);
    }

    private JsonNode show(long cron) {
        return Api.json(api.get("/api/crons/" + cron));
    }

    private JsonNode execution(long cron, long id) {
        return Api.json(api.get("/api/crons/" + cron + "/executions/" + id));
    }

    private List<JsonNode> executions(long cron, String query) {
        return SentExecution.executions(api, cron, query);
    }

    private JsonNode awaitExecution(long cron, String status) {
        return await().atMost(SOON)
                .until(() -> executions(cron, "?status=" + status), found -> !found.isEmpty())
                .get(0);
    }

    private void awaitFailures(long cron, int count) {
        await().atMost(SOON).until(() -> show(cron).get("consecutive_failures").asInt() == count);
    }
}
