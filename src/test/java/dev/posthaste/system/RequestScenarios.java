package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves and what comes back, and how both are recorded. */
interface RequestScenarios extends Scenarios {
    @Test
    default void whatSucceedsIsSentOnceAndRecordedAsItLeftAndAsItWasAnswered() throws Exception {
        receiver().script("/fine", RecordingReceiver.answering(201, "{\"made\": true}", "X-Reply", "yes"));

        Sent sent = send(to("/fine")
                .with("retry_delays", "[1]")
                .with("headers", "{'X-Mine': 'mine', 'x-other': 'a, b'}")
                .json("{\"a\":  1}"));

        sent.awaitStates("1 completed success");
        Arrival arrival = awaitArrivals("/fine", 1).get(0);
        Map<String, String> expected = new LinkedHashMap<>(sent.ownHeaders());
        expected.put("X-mine", "mine");
        expected.put("X-other", "a, b");
        expected.put("Content-type", "application/json");
        expected.put("X-posthaste-job-id", String.valueOf(sent.id()));
        expected.put("X-posthaste-original-job-id", String.valueOf(sent.id()));
        expected.put("X-posthaste-attempt", "1");
        expected.put("Webhook-id", "job_" + sent.id());
        expected.forEach(
                (name, value) -> assertThat(arrival.header(name)).as(name).isEqualTo(value));
        assertThat(arrival.header("User-Agent")).startsWith("Posthaste/");
        Set<String> names = new HashSet<>(expected.keySet());
        names.addAll(Set.of(
                "User-agent", "X-recuro-timestamp", "X-recuro-signature", "Webhook-timestamp", "Webhook-signature"));
        Map<String, String> recorded = new LinkedHashMap<>();
        JsonNode run = sent.run(1);
        run.get("request_headers")
                .properties()
                .forEach(header ->
                        recorded.put(header.getKey(), header.getValue().asText()));
        recorded.forEach(
                (name, value) -> assertThat(arrival.header(name)).as(name).isEqualTo(value));
        assertThat(recorded).hasSameSizeAs(names);
        names.addAll(Set.of("Host", "Content-length", "Connection"));
        assertThat(arrival.headers().keySet()).isEqualTo(names);
        assertThat(run.get("request_body").asText()).isEqualTo("{\"a\":  1}");
        assertThat(run.get("response_status").asInt()).isEqualTo(201);
        assertThat(run.at("/response_headers/X-reply").asText()).isEqualTo("yes");
        assertThat(run.get("response_body").asText()).isEqualTo("{\"made\": true}");
        assertThat(run.get("response_truncated").asBoolean()).isFalse();
        assertThat(run.get("failure_reason").isNull()).isTrue();
        assertThat(run.get("error_message").isNull()).isTrue();
        Instant started = Scenarios.instant(run, "started_at");
        assertThat(started).isAfterOrEqualTo(Scenarios.instant(sent.chain().get(0), "scheduled_at"));
        assertThat(endOf(sent, 1)).isAfterOrEqualTo(started);
        assertReported(sent, 1, "success", true);
        sent.assertWhole();
        assertThat(receiver().count("/fine")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"b\":1.0,\"a\" : 1.00, \"b \":[1E2 , -0, 100000000000000000000]}",
                "{\"ä\": \"\\u00e4😀\\/ \\u0000\"}",
                "[]",
                "{\"empty\": \"\", \"nothing\": null}"
            })
    default void aJsonPayloadArrivesOctetForOctet(String payload) throws Exception {
        String path = "/json/" + Math.floorMod(payload.hashCode(), 1_000_000);

        Sent sent = send(to(path).json(payload));

        sent.awaitStates("1 completed success");
        Arrival arrival = awaitArrivals(path, 1).get(0);
        assertThat(arrival.body()).isEqualTo(payload);
        assertThat(arrival.header("Content-Type")).isEqualTo("application/json");
        assertThat(sent.run(1).get("request_body").asText()).isEqualTo(payload);
    }

    /** The larger one is more than what is loaded with a claim. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10_000})
    default void whatIsNoJsonArrivesOctetForOctetUnderTheContentTypeThatIsGiven(int times) throws Exception {
        String text = "<a>\r\n\tä€\"😀</a>".repeat(times);
        String path = "/text/" + times;

        Sent sent = send(
                to(path).with("headers", "{'content-type': 'application/xml; charset=utf-8', 'User-Agent': 'mine'}")
                        .text(text));

        sent.awaitStates("1 completed success");
        Arrival arrival = awaitArrivals(path, 1).get(0);
        assertThat(arrival.body()).isEqualTo(text);
        assertThat(arrival.header("Content-Type")).isEqualTo("application/xml; charset=utf-8");
        assertThat(arrival.header("User-Agent")).isEqualTo("mine");
        assertThat(sent.run(1).get("request_body").asText()).isEqualTo(text);
    }

    @Test
    default void everyMethodIsSentWithAPayloadAndWithoutOne() throws Exception {
        List<Sent> all = new ArrayList<>();
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
            Order order = to("/" + method).with("method", Order.quoted(method));
            all.add(send(order));
            all.add(send(order.json("{}")));
        }

        for (Sent sent : all) {
            String method = sent.order().method();
            sent.awaitStates("1 completed success");
            assertReported(sent, 1, "success", true);
            Arrival arrival = receiver().arrivals("/" + method).stream()
                    .filter(one -> one.header("X-Posthaste-Job-Id").equals(String.valueOf(sent.id())))
                    .findAny()
                    .orElseThrow();
            boolean hasPayload = sent.order().payload() != null;
            assertThat(arrival.method()).isEqualTo(method);
            assertThat(arrival.body()).isEqualTo(hasPayload ? "{}" : "");
            assertThat(arrival.hasHeader("Content-Type")).isEqualTo(hasPayload);
            assertThat(sent.run(1).get("request_body").isNull()).isNotEqualTo(hasPayload);
        }
    }

    @Test
    default void ofALargeAnswerTheBeginningIsKept() throws Exception {
        // The limit cuts the last character that fits in two.
        String body = "x" + "ä".repeat(40_000);
        receiver().script("/large-answer", RecordingReceiver.answering(200, body));

        Sent sent = send(to("/large-answer"));

        sent.awaitStates("1 completed success");
        assertThat(sent.run(1).get("response_truncated").asBoolean()).isTrue();
        assertThat(sent.run(1).get("response_body").asText()).isEqualTo(body.substring(0, 32_768));
        assertReported(sent, 1, "success", true);
    }

    @Test
    default void anAnswerThatIsNoTextIsKeptAsBase64() throws Exception {
        receiver().script("/octets", RecordingReceiver.answering(200, new byte[] {(byte) 0xff, 0}));

        Sent sent = send(to("/octets"));

        sent.awaitStates("1 completed success");
        assertThat(sent.run(1).get("response_body").asText()).isEqualTo("/wA=");
        assertThat(sent.run(1).get("response_encoding").asText()).isEqualTo("base64");
        assertReported(sent, 1, "success", true);
    }
}
