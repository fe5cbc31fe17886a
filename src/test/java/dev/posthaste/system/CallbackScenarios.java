package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a callback. That each attempt has one, and what it says, is held by all that is reported. */
interface CallbackScenarios extends Scenarios {
    @Test
    default void aCallbackThatIsNotTakenIsTriedAgainAsTheSameAndDoesNotChangeWhatItReports() throws Exception {
        receiver().script("/late-callback", RecordingReceiver.statuses(500, 204));

        Sent sent = send(
                to("/called-back").with("callback_url", Order.quoted(receiver().url("/late-callback"))));

        await().atMost(SOON).until(() -> sent.callback(1).path("attempts").asInt() == 1);
        JsonNode waiting = sent.callback(1);
        assertThat(sent.states()).containsExactly("1 completed success");
        assertThat(waiting.get("status").asText()).isEqualTo("pending");
        assertThat(waiting.get("last_response_status").asInt()).isEqualTo(500);
        assertThat(waiting.get("last_failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(waiting.get("delivered_at").isNull()).isTrue();
        Instant next = Scenarios.instant(waiting, "next_attempt_at");

        await().atMost(SOON)
                .until(() -> !sent.callback(1).get("status").asText().equals("pending"));
        JsonNode delivered = sent.callback(1);
        assertThat(delivered.get("status").asText()).isEqualTo("delivered");
        assertThat(delivered.get("attempts").asInt()).isEqualTo(2);
        assertThat(delivered.get("last_response_status").asInt()).isEqualTo(204);
        assertThat(delivered.get("last_failure_reason").isNull()).isTrue();
        assertThat(delivered.get("next_attempt_at").isNull()).isTrue();
        assertThat(delivered.get("delivered_at").isNull()).isFalse();
        List<Arrival> tries = awaitArrivals("/late-callback", 2);
        assertThat(tries.get(1).body()).isEqualTo(tries.get(0).body());
        assertThat(tries).allSatisfy(one -> {
            assertThat(one.header("webhook-id"))
                    .isEqualTo("cb_" + delivered.get("id").asText());
            Signatures.assertSigned(one, stage().secret());
        });
        assertThat(Duration.between(tries.get(0).at(), tries.get(1).at()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(tries.get(1).at()).isAfterOrEqualTo(next);
        assertThat(sent.states()).containsExactly("1 completed success");
        assertThat(sent.runsOf(sent.id())).hasSize(1);
    }

    @Test
    default void aCallbackGoesToNoAddressThatIsBlocked() throws Exception {
        Sent sent = send(to("/blocked-callback").with("callback_url", "'http://169.254.169.254/'"));

        await().atMost(SOON).until(() -> sent.callback(1).path("attempts").asInt() == 1);
        JsonNode callback = sent.callback(1);
        assertThat(callback.get("status").asText()).isEqualTo("pending");
        assertThat(callback.get("last_failure_reason").asText()).isEqualTo("blocked_address");
        assertThat(callback.get("last_response_status").isNull()).isTrue();
        assertThat(sent.states()).containsExactly("1 completed success");
    }

    @Test
    default void withoutACallbackUrlNothingIsReported() throws Exception {
        Sent sent = send(to("/unreported").without("callback_url"));

        sent.awaitStates("1 completed success");
        assertThat(sent.callbacksOf(sent.id())).isEmpty();
    }
}
