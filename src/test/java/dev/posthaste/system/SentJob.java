package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job that was pushed. Assertions are its queue's, so that an order with some has a queue made for it. */
record SentJob(Api api, Order order, long id, String queue) implements Sent {
    /** @param otherwise the queue of an order that names none */
    static SentJob push(Api api, Order order, String otherwise) {
        String queue = order.queue() == null ? otherwise : order.queue();
        Map<String, String> fields = new LinkedHashMap<>(order.fields());
        String assertions = fields.remove("success_assertions");
        if (assertions != null) {
            api.createQueue("{\"name\": " + Order.quoted(queue) + ", \"success_assertions\": " + assertions + "}");
        }
        fields.put("queue", Order.quoted(queue));
        fields.put("url", Order.quoted(order.url()));
        if (order.payload() != null) {
            fields.put(
                    order.isJson() ? "payload" : "body",
                    order.isJson() ? order.payload() : Order.quoted(order.payload()));
        }
        return new SentJob(api, order, api.push(Order.object(fields)), queue);
    }

    @Override
    public Sent seenBy(Api other) {
        return new SentJob(other, order, id, queue);
    }

    @Override
    public String kind() {
        return "job";
    }

    @Override
    public @Nullable Long cronId() {
        return null;
    }

    @Override
    public Long queueId() {
        return shown().get("queue_id").asLong();
    }

    @Override
    public Map<String, String> ownHeaders() {
        return Map.of("X-posthaste-queue", queue);
    }

    @Override
    public List<JsonNode> chain() {
        return Sent.list(shown().get("chain"));
    }

    @Override
    public List<JsonNode> runsOf(long attemptId) {
        return Sent.list(api.job(attemptId).get("runs"));
    }

    @Override
    public List<JsonNode> callbacksOf(long attemptId) {
        return Sent.list(api.job(attemptId).get("callbacks"));
    }

    JsonNode shown() {
        return api.job(id);
    }

    /** Every attempt is a job of its own that knows its place in the chain. */
    @Override
    public void assertWhole() {
        List<JsonNode> chain = chain();
        boolean isOpen = List.of("pending", "processing")
                .contains(chain.get(chain.size() - 1).get("status").asText());
        for (int i = 0; i < chain.size(); i++) {
            JsonNode job = api.job(chain.get(i).get("id").asLong());
            assertThat(job.get("attempt_number").asInt()).isEqualTo(i + 1);
            assertThat(job.get("is_retry").asBoolean()).isEqualTo(i > 0);
            assertThat(job.get("original_job_id").asLong()).isEqualTo(id);
            assertThat(job.get("has_pending_retry").asBoolean())
                    .as("has_pending_retry of attempt %s in %s", i + 1, states())
                    .isEqualTo(isOpen && i < chain.size() - 1);
            assertThat(job.get("url").asText()).isEqualTo(order.url());
            assertThat(job.get("method").asText()).isEqualTo(order.method());
            for (String field : List.of("status", "final_status", "attempt_number", "scheduled_at")) {
                assertThat(job.get(field)).as(field).isEqualTo(chain.get(i).get(field));
            }
        }
    }
}
