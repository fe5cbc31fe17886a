package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link AnswerCheck} says of an answer, and what {@link Masks} leaves of that. */
class RedactedObjectionsTest {
    private static final String SECRET = "sk_live";
    private static final String LONG_NAME = "X-" + "a".repeat(70);
    private static final Redaction ALL =
            new Redaction(List.of("response_body", "headers.X-Foo", "headers." + LONG_NAME));

    private final Masks masks = new Masks(new byte[32]);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"body_contains","value":"sk_live and more"}                    | body_contains does not hold; the body is redacted.
            {"type":"body_not_contains","value":"sk_live"}                         | body_not_contains does not hold; the body is redacted.
            {"type":"json_path_equals","path":"$.key","value":"other"}             | json_path_equals does not hold; the body is redacted.
            {"type":"json_path_equals","path":"$['does not hold: ']","value":"x"}  | json_path_equals does not hold; the body is redacted.
            {"type":"header_equals","name":"x-foo","value":"sk_live and more"}     | header_equals does not hold; the header is redacted.
            {"type":"header_equals","name":"set-cookie","value":"other"}           | header_equals does not hold; the header is redacted.
            """)
    void quoteNothingOfWhatIsNotShown(String assertion, String told) {
        assertThat(masks.objection(objection(assertion), ALL)).isEqualTo(told);
    }

    @Test
    void ofALongNameCountsWhatItMayBe() {
        String assertion = "{\"type\":\"header_equals\",\"name\":\"" + LONG_NAME + "\",\"value\":\"other\"}";

        assertThat(objection(assertion)).contains(SECRET);
        assertThat(masks.objection(objection(assertion), ALL)).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"json_path_equals","path":"$.key","value":"other"}
            {"type":"header_equals","name":"x-foo","value":"other"}
            {"type":"status_code_equals","value":"201"}
            {"type":"response_time_under_ms","value":"1"}
            """)
    void areWholeWhereNothingIsHidden(String assertion) {
        assertThat(masks.objection(objection(assertion), Redaction.NONE)).isEqualTo(objection(assertion));
    }

    private static String objection(String assertion) {
        Answer answer = new Answer(
                200,
                Map.of("X-Foo", SECRET, "Set-Cookie", SECRET, LONG_NAME, SECRET),
                List.of(),
                new ResponseText("{\"key\":\"" + SECRET + "\"}", null, false));
        Exchange exchange =
                new Exchange(Instant.EPOCH, Instant.EPOCH, Duration.ofSeconds(1), answer, null, null, () -> {});
        return Objects.requireNonNull(
                new AnswerCheck().check("[" + assertion + "]", exchange).message());
    }
}
