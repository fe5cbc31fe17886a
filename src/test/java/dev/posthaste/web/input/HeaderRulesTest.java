package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.json.JsonValue;
import dev.posthaste.web.http.Errors;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
    private final JsonDocument json = new JsonDocument();
    private final Errors errors = new Errors();

    @Test
    void headersAreTakenAsTheyAreWrittenButForThoseThatAreMissing() {
        assertThat(read("\"X-B\": \"1\", \"x-a\": \"b c\", \"X-N\": null, \"X-Blank\": \" \", \"X-U\": \"\\u00e9\""))
                .containsExactly(Map.entry("X-B", "1"), Map.entry("x-a", "b c"), Map.entry("X-U", "é"));
        assertThat(errors.isEmpty()).isTrue();
    }

    @Test
    void aValueIsAString() {
        assertThat(read("\"X-A\": 1, \"X-B\": \"b\"")).containsOnlyKeys("X-B");
        assertThat(errors.message()).isEqualTo("The headers.X-A field must be a string.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:", "", "é", "a/b", "(a)"})
    void aNameIsAToken(String name) {
        assertThat(read("\"" + name + "\": \"b\"")).isEmpty();
        assertThat(errors.message()).endsWith("field must have a valid header name.");
        assertThat(HeaderRules.isName(name)).isFalse();
        assertThat(HeaderRules.isName("X-A_1.~")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "HOST",
                "Content-Length",
                "Expect",
                "HTTP2-Settings",
                "Proxy-Authorization",
                "X-Posthaste-Job-Id",
                "x-recuro-a",
                "Webhook-Id",
                "webhook_id",
                "X_Posthaste_Queue",
                "Content_Length"
            })
    void whatIsOfOneHopOrOurOwnIsReserved(String name) {
        assertThat(read("\"" + name + "\": \"b\"")).isEmpty();
        assertThat(errors.message()).isEqualTo("The headers." + name + " field is reserved.");
    }

    @Test
    void aNameAppearsOnceWhateverItsCase() {
        assertThat(read("\"X-A\": \"1\", \"x-a\": \"2\"")).containsExactly(Map.entry("X-A", "1"));
        assertThat(errors.message()).isEqualTo("The headers.x-a field appears twice.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\\n", "a\\u0000b", " a", "a ", "a\\tb\\t", "\\u0100", "a\\r\\nX: b", "\\u007f", "\\u0080"})
    void aValueHoldsNothingThatCouldEndIt(String value) {
        read("\"X-A\": \"" + value + "\"");
        assertThat(errors.message()).isEqualTo("The headers.X-A field must be a valid header value.");
    }

    @Test
    void thereAre64AtMost() {
        assertThat(read(headers(64))).hasSize(64);
        assertThat(errors.isEmpty()).isTrue();
        assertThat(read(headers(65))).isEmpty();
        assertThat(errors.message()).isEqualTo("The headers field must not have more than 64 items.");
    }

    @Test
    void namesAndValuesHave16KibTogether() {
        read("\"X-A\": \"" + "a".repeat(8_192 - 3) + "\", \"X-B\": \"" + "é".repeat(8_192 - 3) + "\"");
        assertThat(errors.isEmpty()).isTrue();
        assertThat(read("\"X-A\": \"" + "a".repeat(8_192 - 3) + "\", \"X-B\": \"" + "b".repeat(8_192 - 2) + "\""))
                .containsOnlyKeys("X-A");
        assertThat(errors.message()).isEqualTo("The headers field must not be greater than 16384 bytes.");
    }

    private Map<String, String> read(String headers) {
        JsonFields body = json.readBody("{\"headers\": {" + headers + "}}");
        JsonValue.ObjectText object = (JsonValue.ObjectText) Objects.requireNonNull(body.get("headers"));
        return HeaderRules.read(json.fields(object), new FieldReader(body, "", errors));
    }

    private static String headers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"X-" + i + "\": \"v\"").collect(Collectors.joining(","));
    }
}
