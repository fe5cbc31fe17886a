package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The scenarios of jobs, and what holds of jobs alone: dead letters, and what they have from their queue. */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobScenarioIT implements DeliveryScenarios {
    private final AtomicInteger queues = new AtomicInteger();
    private Stage stage;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        stage = new Stage();
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
    public Sent send(Api team, Order order) {
        return SentJob.push(team, order, "queue-" + queues.incrementAndGet());
    }

    private Sent sentAgain(Sent sent, JsonNode job) {
        return new SentJob(api, sent.order(), job.get("job_id").asLong(), "dead");
    }

    @Test
    void anExhaustedChainIsADeadLetterUntilItIsReplayed() {
        receiver().script("/dead", RecordingReceiver.status(500));
        Sent dead = send(
                api,
                to("/dead").with("queue", "'dead'").with("retry_delays", "[1]").json("{\"n\": 1}"));
        dead.awaitStates("1 failed dead_lettered", "2 failed dead_lettered");
        assertThat(api.job(dead.id()).get("dead_lettered_at").isNull()).isFalse();
        assertThat(deadLetters("dead"))
                .extracting(letter -> letter.get("id").asLong())
                .containsExactly(dead.id());
        receiver().script("/dead", RecordingReceiver.status(200));

        HttpResponse<String> answer = api.post("/api/dead-letters/replay", "{\"ids\": [" + dead.id() + "]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        Sent replayed = sentAgain(dead, Api.json(answer).at("/jobs/0"));
        replayed.awaitStates("1 completed success");
        replayed.assertWhole();
        assertReported(replayed, 1, "success", true);
        assertThat(awaitArrivals("/dead", 3)).allMatch(arrival -> arrival.body().equals("{\"n\": 1}"));
        assertThat(deadLetters("dead")).isEmpty();
        assertThat(api.job(dead.id()).get("replayed_as").asLong()).isEqualTo(replayed.id());
    }

    @Test
    void aQueueWithoutRetriesResolvesItsChainsWithTheFirstFailure() {
        api.createQueue("{\"name\": \"retries-off\", \"retries_enabled\": false}");
        api.createQueue("{\"name\": \"no-delays\", \"retry_delays\": []}");
        for (String queue : List.of("retries-off", "no-delays")) {
            Sent sent = send(api, to("/failing").without("retry_delays").with("queue", Order.quoted(queue)));

            sent.awaitStates("1 failed failed_no_retries");
            sent.assertWhole();
            assertThat(api.job(sent.id()).get("dead_lettered_at").isNull()).isTrue();
            assertReported(sent, 1, "failed_no_retries", true);
            assertThat(deadLetters(queue)).isEmpty();
        }
    }

    @Test
    void aJobsOwnSettingsWinOverItsQueues() {
        api.createQueue("{\"name\": \"overridden\", \"timeout_seconds\": 300, \"retry_delays\": [3600]}");
        api.createQueue("{\"name\": \"overridden-off\", \"retries_enabled\": false}");
        Order failing = to("/failing").with("queue", "'overridden'");

        Sent own = send(
                api,
                to("/never")
                        .with("queue", "'overridden'")
                        .with("timeout_seconds", "1")
                        .with("retry_delays", "[1]"));
        Sent none = send(api, failing);
        Sent some = send(api, failing.with("queue", "'overridden-off'").with("retry_delays", "[3600]"));
        Sent queues = send(api, failing.without("retry_delays"));

        none.awaitStates("1 failed failed_no_retries");
        for (Sent later : List.of(some, queues)) {
            later.awaitStates("1 failed retrying", "2 pending null");
            assertDue(later, 2, endOf(later, 1).plusSeconds(3_600));
        }
        own.awaitStates("1 failed dead_lettered", "2 failed dead_lettered");
        for (int attempt = 1; attempt <= 2; attempt++) {
            JsonNode job = api.job(own.idOf(attempt));
            assertThat(job.get("timeout_seconds").asInt()).isEqualTo(1);
            assertThat(job.get("retry_delays")).hasToString("[1]");
            assertThat(own.run(attempt).get("failure_reason").asText()).isEqualTo("timeout");
        }
    }

    @Test
    void aBodyIsPlainTextUnlessTheHeadersSayOtherwise() {
        send(api, to("/body").text("{}"));

        assertThat(awaitArrivals("/body", 1).get(0).header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    }

    @Test
    void assertionsOfAQueueAreShownAsTheyAreKeptAndAnEmptyListClearsThem() {
        long id = api.createQueue("{\"name\": \"shown\", \"success_assertions\":"
                + " [{\"value\": 200, \"type\": \"status_code_equals\"}]}");
        String queue = "/api/queues/" + id;

        assertThat(Api.json(api.get(queue)).get("success_assertions"))
                .hasToString("[{\"type\":\"status_code_equals\",\"value\":\"200\"}]");
        api.patch(queue, "{\"timeout_seconds\": 5, \"success_assertions\": null}");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).hasSize(1);
        HttpResponse<String> bad = api.patch(
                queue,
                "{\"success_assertions\": [{\"type\": \"json_path_equals\", \"path\": \"$[\", \"value\": \"1\"}]}");
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(bad.body())
                .contains("\"errors\":{\"success_assertions.0.path\":[\"The success assertions.0.path field must be");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).hasSize(1);
        api.patch(queue, "{\"success_assertions\": []}");
        assertThat(Api.json(api.get(queue)).get("success_assertions")).isEmpty();
    }

    private List<JsonNode> deadLetters(String queue) {
        return Sent.list(Api.json(api.get("/api/dead-letters?queue=" + queue)).get("data"));
    }
}
