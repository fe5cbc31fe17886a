package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The execution that a fire of a cron has set off. */
record SentExecution(Api api, Order order, Long cronId, long id) implements Sent {
    /** Makes a cron that would fire next year, and has it fire now. */
    static SentExecution fire(Api api, TestDatabase database, Order order) throws SQLException {
        long cron = cron(api, order);
        fire(database, cron);
        long id = await().atMost(Scenarios.SOON)
                .until(() -> executions(api, cron, ""), found -> !found.isEmpty())
                .get(0)
                .get("id")
                .asLong();
        return new SentExecution(api, order, cron, id);
    }

    /** Makes such a cron, and asks for an execution. */
    static SentExecution run(Api api, Order order) {
        long cron = cron(api, order);
        return new SentExecution(api, order, cron, run(api, cron));
    }

    static long run(Api api, long cron) {
        HttpResponse<String> answer = api.post("/api/crons/" + cron + "/run", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer).get("execution_id").asLong();
    }

    /** A cron that must be accepted, and fires by itself at the turn of a year only. */
    static long cron(Api api, Order order) {
        Map<String, String> fields = new LinkedHashMap<>(order.fields());
        fields.put("name", "\"a\"");
        fields.put("cron_expression", "\"0 0 1 1 *\"");
        fields.put("url", Order.quoted(order.url()));
        if (order.payload() != null) {
            fields.put("payload", Order.quoted(order.payload()));
        }
        HttpResponse<String> made = api.post("/api/crons", Order.object(fields));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    /** The database's clock is not waited for: what waits is due by now. */
    static void fire(TestDatabase database, long cron) throws SQLException {
        database.execute("update crons set next_fire_at = date_trunc('second', clock_timestamp()) where id = " + cron);
    }

    static List<JsonNode> executions(Api api, long cron, String query) {
        return Sent.list(
                Api.json(api.get("/api/crons/" + cron + "/executions" + query)).get("data"));
    }

    @Override
    public Sent seenBy(Api other) {
        return new SentExecution(other, order, cronId, id);
    }

    @Override
    public String kind() {
        return "cron";
    }

    @Override
    public @Nullable String queue() {
        return order.queue();
    }

    @Override
    public @Nullable Long queueId() {
        return Sent.list(Api.json(api.get("/api/queues?limit=100")).get("data")).stream()
                .filter(queue -> queue.get("name").asText().equals(queue()))
                .map(queue -> queue.get("id").asLong())
                .findAny()
                .orElse(null);
    }

    @Override
    public Map<String, String> ownHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-posthaste-cron-id", String.valueOf(cronId));
        if (queue() != null) {
            headers.put("X-posthaste-queue", queue());
        }
        return headers;
    }

    @Override
    public List<JsonNode> chain() {
        return Sent.list(shown().get("chain"));
    }

    @Override
    public List<JsonNode> runsOf(long attemptId) {
        return ofAttempt("runs", attemptId);
    }

    @Override
    public List<JsonNode> callbacksOf(long attemptId) {
        return ofAttempt("callbacks", attemptId);
    }

    private List<JsonNode> ofAttempt(String what, long attemptId) {
        return Sent.list(shown().get(what)).stream()
                .filter(one -> one.get("job_id").asLong() == attemptId)
                .toList();
    }

    JsonNode shown() {
        return Api.json(api.get("/api/crons/" + cronId + "/executions/" + id));
    }

    /** Its first attempt is the execution, which sums up how the last run went. */
    @Override
    public void assertWhole() {
        JsonNode shown = shown();
        JsonNode chain = shown.get("chain");
        assertThat(chain.get(0).get("id").asLong()).isEqualTo(id);
        assertThat(shown.get("cron_id").asLong()).isEqualTo(cronId);
        assertThat(shown.get("trigger").asText()).isEqualTo("schedule");
        assertThat(shown.get("attempts").asInt()).isEqualTo(chain.size());
        assertThat(shown.get("status")).isEqualTo(chain.get(chain.size() - 1).get("status"));
        List<JsonNode> runs = Sent.list(shown.get("runs"));
        for (String field : List.of(
                "started_at", "executed_at", "duration_ms", "response_status", "failure_reason", "error_message")) {
            JsonNode summed = runs.isEmpty()
                    ? Api.json("null")
                    : runs.get(runs.size() - 1).get(field);
            assertThat(shown.get(field)).as(field).isEqualTo(summed);
        }
        JsonNode listed = executions(api, cronId, "").get(0);
        listed.fieldNames()
                .forEachRemaining(
                        field -> assertThat(listed.get(field)).as(field).isEqualTo(shown.get(field)));
    }
}
