package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the contract's Runs say of masks: sent whole, on every attempt, and shown in no run and no callback. */
interface MaskingScenarios extends Scenarios {
    String MASK = "REDACTED:[0-9a-f]{8}";

    @Test
    default void whatIsHiddenIsSentWholeByEveryAttemptAndShownAndReportedAsMasks() throws Exception {
        receiver()
                .script(
                        "/hidden",
                        RecordingReceiver.answering(
                                200,
                                "{\"key\": \"canary\"}",
                                "Set-Cookie",
                                "canary",
                                "X-Reply",
                                "canary",
                                "X-Open",
                                "open"));

        Sent sent = send(to("/hidden")
                .with("retry_delays", "[1]")
                .with("headers", "{'Authorization': 'Bearer canary', 'X-Foo': 'canary', 'X-Open': 'open'}")
                .with("redact", "['body', 'response_body', 'headers.x-foo', 'headers.x-reply']")
                .with("success_assertions", "[{'type': 'header_equals', 'name': 'X-Reply', 'value': 'other'}]")
                .json("{\"a\": \"canary\"}"));

        sent.awaitStates("1 failed dead_lettered", "2 failed dead_lettered");
        assertThat(awaitArrivals("/hidden", 2)).allSatisfy(arrival -> {
            assertThat(arrival.header("Authorization")).isEqualTo("Bearer canary");
            assertThat(arrival.header("X-Foo")).isEqualTo("canary");
            assertThat(arrival.body()).isEqualTo("{\"a\": \"canary\"}");
        });
        for (int attempt = 1; attempt <= 2; attempt++) {
            JsonNode run = sent.run(attempt);
            for (String field : List.of(
                    "/request_headers/Authorization",
                    "/request_headers/X-Foo",
                    "/request_body",
                    "/response_headers/Set-cookie",
                    "/response_headers/X-reply",
                    "/response_body")) {
                assertThat(run.at(field).asText()).as(field).matches(MASK);
            }
            assertThat(run.at("/request_headers/X-Open").asText()).isEqualTo("open");
            assertThat(run.at("/response_headers/X-open").asText()).isEqualTo("open");
            assertThat(run.get("error_message").asText())
                    .isEqualTo("header_equals does not hold; the header is redacted.");
            assertThat(run.toString()).doesNotContain("canary");
            // What is reported is what is shown.
            assertReported(sent, attempt, attempt == 1 ? "retrying" : "dead_lettered", attempt == 2);
        }
        sent.assertWhole();
    }

    @Test
    default void whatItsQueueHidesIsHiddenToo() throws Exception {
        stage().api().createQueue("{\"name\": \"hiding\", \"redact\": [\"response_body\", \"headers.x-late\"]}");
        receiver().script("/hidden-by-queue", RecordingReceiver.answering(200, "canary"));

        Sent sent = send(to("/hidden-by-queue").with("queue", "'hiding'").with("headers", "{'X-Late': 'canary'}"));

        sent.awaitStates("1 completed success");
        assertThat(awaitArrivals("/hidden-by-queue", 1).get(0).header("X-Late")).isEqualTo("canary");
        assertThat(sent.run(1).at("/request_headers/X-Late").asText()).matches(MASK);
        assertThat(sent.run(1).get("response_body").asText()).matches(MASK);
        assertReported(sent, 1, "success", true);
    }
}
