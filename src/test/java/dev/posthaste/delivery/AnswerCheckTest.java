package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FailureReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
    private final AnswerCheck check = new AnswerCheck();

    @Test
    void anAnswerPassesWhenEveryAssertionHolds() {
        Exchange exchange = answered("all ok".getBytes(StandardCharsets.UTF_8));

        assertThat(check.check("[]", exchange)).isSameAs(exchange);
        assertThat(check.check(
                        "[{\"type\":\"status_code_equals\",\"value\":\"200\"},"
                                + "{\"type\":\"body_contains\",\"value\":\"ok\"}]",
                        exchange))
                .isSameAs(exchange);
    }

    @Test
    void theFirstAssertionThatDoesNotHoldIsNamedAndTheAnswerKept() {
        Exchange exchange = answered("all ok".getBytes(StandardCharsets.UTF_8));

        Exchange checked = check.check(
                "[{\"type\":\"body_contains\",\"value\":\"ok\"},{\"type\":\"header_equals\",\"name\":\"A\",\"value\":\"1\"},"
                        + "{\"type\":\"status_code_equals\",\"value\":\"201\"}]",
                exchange);

        assertThat(checked.failure()).isEqualTo(FailureReason.ASSERTION_FAILED);
        assertThat(checked.message()).isEqualTo("header_equals A \"1\" does not hold: there is no such header.");
        assertThat(checked.answer()).isEqualTo(exchange.answer());
    }

    @Test
    void aFailureStaysTheFailureThatItWas() {
        Exchange exchange = new Exchange(
                Instant.EPOCH, Duration.ZERO, null, FailureReason.TIMEOUT, "The exchange was not over after 1 s.");

        assertThat(check.check("[{\"type\":\"body_contains\",\"value\":\"ok\"}]", exchange))
                .isSameAs(exchange);
    }

    @Test
    void aBinaryBodyIsSearchedAndIsNoJson() {
        Exchange exchange = answered(new byte[] {'"', 'o', 'k', (byte) 0xff, '"'});

        assertThat(check.check("[{\"type\":\"body_contains\",\"value\":\"ok\"}]", exchange))
                .isSameAs(exchange);
        assertThat(check.check("[{\"type\":\"json_path_equals\",\"path\":\"$\",\"value\":\"ok\"}]", exchange)
                        .message())
                .contains("is not JSON");
    }

    @Test
    void assertionsThatCannotBeReadFailTheAttempt() {
        assertThat(check.check("[{\"type\":\"gone\"}]", answered(new byte[0])).failure())
                .isEqualTo(FailureReason.ASSERTION_FAILED);
    }

    private static Exchange answered(byte[] body) {
        Answer answer = new Answer(200, Map.of(), List.of(), ResponseText.of(body, body.length, false));
        return new Exchange(Instant.EPOCH, Duration.ofMillis(5), answer, null, null);
    }
}
