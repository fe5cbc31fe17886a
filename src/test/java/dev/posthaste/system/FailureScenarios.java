package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes an attempt fail, and what is told of it. */
interface FailureScenarios extends Scenarios {
    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(nullValues = "null", textBlock = """
            timeout,              /never,                         timeout,            null
            refused connection,   http://127.0.0.1:1/,            connection_error,   null
            no answer,            /closing,                       connection_error,   null
            unknown host,         http://nowhere.invalid/,        dns_error,          null
            bad certificate,      self-signed,                    ssl_error,          null
            redirect,             /moved,                         http_redirect,      302
            client error,         /gone,                          http_client_error,  410
            server error,         /failing,                       http_server_error,  500
            too large a head,     /head,                          invalid_response,   null
            private address,      http://10.0.0.1/,               blocked_address,    null
            metadata,             http://169.254.169.254/latest/, blocked_address,    null
            other loopback,       http://[::1]:9/,                blocked_address,    null
            its own database,     database,                       blocked_address,    null
            """)
    default void everyFailureIsRecordedAndReportedWithItsReason(
            String name, String where, String reason, Integer status) throws Exception {
        receiver().script("/closing", (exchange, count) -> exchange.close());
        receiver()
                .script(
                        "/moved",
                        RecordingReceiver.answering(
                                302, "", "Location", receiver().url("/elsewhere")));
        receiver().script("/gone", RecordingReceiver.answering(410, "gone"));
        receiver().script("/head", RecordingReceiver.answering(200, "", "X-Much", "x".repeat(70_000)));
        Order order = new Order(url(where), to("/").fields(), null, false)
                .with("timeout_seconds", reason.equals("timeout") ? "1" : "20");

        Sent sent = send(order);

        sent.awaitStates("1 failed failed_no_retries");
        assertThat(sent.runsOf(sent.id())).hasSize(1);
        JsonNode run = sent.run(1);
        assertThat(run.get("failure_reason").asText()).isEqualTo(reason);
        assertThat(run.get("response_status")).isEqualTo(Api.json(String.valueOf(status)));
        assertThat(run.get("error_message").asText()).isNotBlank();
        if (reason.equals("timeout")) {
            // Milliseconds, and not before its time; how long after it depends on the machine.
            assertThat(run.get("duration_ms").asInt()).isBetween(1_000, 100_000);
        }
        assertReported(sent, 1, "failed_no_retries", true);
        sent.assertWhole();
        assertThat(receiver().count("/elsewhere") + stage().selfSigned().requests())
                .isZero();
    }

    private String url(String where) {
        return switch (where) {
            case "self-signed" -> stage().selfSigned().url();
            case "database" ->
                stage().server()
                        .database()
                        .target()
                        .jdbcUrl()
                        .replaceAll("^jdbc:postgresql://[^:/]*(:\\d+)/.*", "http://127.0.0.1$1/");
            default -> where.startsWith("/") ? receiver().url(where) : where;
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/shop | {'type':'status_code_equals','value':201} | ",
                "/shop | {'type':'status_code_equals','value':'200'} | status_code_equals '200' does not hold: the status was 201.",
                "/shop | {'type':'body_contains','value':'ready'} | ",
                "/shop | {'type':'body_contains','value':'done'} | body_contains 'done' does not hold: the body does not contain that.",
                "/shop | {'type':'body_not_contains','value':'error'} | ",
                "/shop | {'type':'body_not_contains','value':'ready'} | body_not_contains 'ready' does not hold: the body contains that.",
                "/shop | {'type':'response_time_under_ms','value':60000} | ",
                "/shop | {'type':'header_equals','name':'x-SHOP','value':'open'} | ",
                "/shop | {'type':'header_equals','name':'X-Shop','value':'shut'} | header_equals X-Shop 'shut' does not hold: the header was 'open'.",
                "/shop | {'type':'json_path_equals','path':'$.state','value':'ready'} | ",
                "/shop | {'type':'json_path_equals','path':'$.total','value':1.0} | ",
                "/shop | {'type':'json_path_equals','path':'$.items[?@.id > 6].id','value':7} | ",
                "/shop | {'type':'json_path_equals','path':'$.state','value':'done'} | json_path_equals $.state 'done' does not hold: it was 'ready'.",
                "/shop | {'type':'json_path_equals','path':'$.none','value':'1'} | json_path_equals $.none '1' does not hold: nothing in the body matches the path.",
                "/text | {'type':'json_path_equals','path':'$.a','value':'1'} | json_path_equals $.a '1' does not hold: the body is not JSON, or nested deeper than 100.",
                "/long | {'type':'json_path_equals','path':'$.a','value':'1'} | json_path_equals $.a '1' does not hold: the body was cut off, so its JSON is not whole."
            })
    default void anAttemptSucceedsOnlyWhenItsAssertionsHold(String path, String assertion, String message)
            throws Exception {
        receiver()
                .script(
                        "/shop",
                        RecordingReceiver.answering(
                                201,
                                "{\"state\": \"ready\", \"total\": 1.0, \"items\": [{\"id\": 7}]}",
                                "X-Shop",
                                "open"));
        receiver().script("/text", RecordingReceiver.answering(200, "plain"));
        receiver().script("/long", RecordingReceiver.answering(200, "{\"a\": \"" + "x".repeat(70_000) + "\"}"));

        Sent sent = send(to(path).with(
                        "success_assertions",
                        "[{'type':'status_code_equals','value':" + (path.equals("/shop") ? 201 : 200) + "}," + assertion
                                + "]"));

        sent.awaitStates(message == null ? "1 completed success" : "1 failed failed_no_retries");
        JsonNode run = sent.run(1);
        assertThat(run.get("response_status").asInt()).isBetween(200, 299);
        if (message == null) {
            assertThat(run.get("failure_reason").isNull()).isTrue();
        } else {
            assertThat(run.get("failure_reason").asText()).isEqualTo("assertion_failed");
            assertThat(run.get("error_message").asText()).isEqualTo(message.replace('\'', '"'));
            assertReported(sent, 1, "failed_no_retries", true);
        }
    }

    @Test
    default void anAnswerThatTakesTooLongFailsItsAssertion() throws Exception {
        receiver().script("/slow", (exchange, count) -> {
            boolean isOver = stage().over().await(300, TimeUnit.MILLISECONDS);
            exchange.sendResponseHeaders(isOver ? 500 : 200, -1);
        });

        Sent sent = send(to("/slow").with("success_assertions", "[{'type':'response_time_under_ms','value':200}]"));

        sent.awaitStates("1 failed failed_no_retries");
        assertThat(sent.run(1).get("error_message").asText())
                .matches("response_time_under_ms \"200\" does not hold: the exchange took \\d{3,} ms\\.");
    }
}
