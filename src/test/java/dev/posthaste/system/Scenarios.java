package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What holds of whatever is sent, by the same code: who implements this says what the orders are sent by, and where. The
 * tests stand in the interfaces that extend it, and run for jobs and for the executions of crons.
 */
interface Scenarios {
    Duration SOON = Duration.ofSeconds(60);
    String CALLBACK = "/scenario-callback";

    Stage stage();

    /** Sends for the team of a token. */
    Sent send(Api api, Order order) throws Exception;

    default Sent send(Order order) throws Exception {
        return send(stage().api(), order);
    }

    default RecordingReceiver receiver() {
        return stage().receiver();
    }

    /** An order that has its attempts reported, and is not tried again. */
    default Order to(String path) {
        return Order.to(receiver().url(path))
                .with("callback_url", Order.quoted(receiver().url(CALLBACK)))
                .with("retry_delays", "[]");
    }

    default List<Arrival> awaitArrivals(String path, int count) {
        await("arrivals at " + path).atMost(SOON).until(() -> receiver().count(path) >= count);
        List<Arrival> arrivals = receiver().arrivals(path);
        assertThat(arrivals).hasSize(count);
        return arrivals;
    }

    default List<Arrival> reportsOf(long attemptId) {
        return receiver().arrivals(CALLBACK).stream()
                .filter(report -> report.header("X-Posthaste-Job-Id").equals(String.valueOf(attemptId)))
                .toList();
    }

    /**
     * The attempt has one report, taken, that says of it what the API says, as it stood when the attempt had ended.
     *
     * @param finalStatus of the attempt at that time
     */
    default void assertReported(Sent sent, int attempt, String finalStatus, boolean isFinal) {
        await().atMost(SOON)
                .until(() -> sent.callback(attempt).path("status").asText().equals("delivered"));
        JsonNode link = sent.chain().get(attempt - 1);
        JsonNode run = sent.run(attempt);
        ObjectNode expected = JsonNodeFactory.instance.objectNode();
        expected.put("event", sent.kind() + "." + link.get("status").asText());
        if (sent.cronId() != null) {
            expected.put("cron_id", sent.cronId());
        }
        expected.put("job_id", sent.idOf(attempt))
                .put("original_job_id", sent.id())
                .put("queue_id", sent.queueId())
                .put("queue", sent.queue())
                .put("url", sent.order().url())
                .put("method", sent.order().method())
                .put("status", link.get("status").asText())
                .put("final_status", finalStatus)
                .put("final", isFinal)
                .put("attempt_number", attempt)
                .put("is_retry", attempt > 1)
                .put("scheduled_at", link.get("scheduled_at").asText());
        for (String field : List.of(
                "started_at",
                "executed_at",
                "duration_ms",
                "response_status",
                "response_headers",
                "response_body",
                "response_encoding",
                "failure_reason",
                "error_message")) {
            if (run.has(field)) {
                expected.set(field, run.get(field));
            }
        }
        List<Arrival> reports = reportsOf(sent.idOf(attempt));
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0).method()).isEqualTo("POST");
        assertThat(reports.get(0).header("Content-Type")).isEqualTo("application/json");
        JsonNode report = Api.json(reports.get(0).body());
        assertThat(report).isEqualTo(Api.json(expected.toString()));
        assertThat(report.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
        assertThat(sent.callbacksOf(sent.idOf(attempt))).hasSize(1);
    }

    /** When an attempt had ended. */
    default Instant endOf(Sent sent, int attempt) {
        return instant(sent.run(attempt), "executed_at");
    }

    /** The attempt is due then, and was not sent before. */
    default void assertDue(Sent sent, int attempt, Instant due) {
        // It is a little later, by what a node may be behind the database's clock, and that may be the next second.
        assertThat(instant(sent.chain().get(attempt - 1), "scheduled_at"))
                .isIn(due.truncatedTo(ChronoUnit.SECONDS), due.plusMillis(500).truncatedTo(ChronoUnit.SECONDS));
    }

    static Instant instant(JsonNode object, String field) {
        return OffsetDateTime.parse(object.get(field).asText()).toInstant();
    }
}
