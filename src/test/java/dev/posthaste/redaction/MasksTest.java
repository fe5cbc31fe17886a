package dev.posthaste.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasksTest {
    private static final Redaction EVERYTHING = new Redaction(List.of("body", "response_body", "headers.X-Foo"));

    private final Masks masks = new Masks("key".getBytes(StandardCharsets.US_ASCII));

    @Test
    void aMaskIsTheBeginningOfTheHmacUnderTheKey() {
        // RFC 4231 has no such short key; by openssl dgst -sha256 -hmac key.
        assertThat(masks.body("The quick brown fox jumps over the lazy dog", EVERYTHING))
                .isEqualTo("REDACTED:f7bc83f4");
    }

    @Test
    void equalValuesHaveEqualMasksAndOthersDoNot() {
        assertThat(masks.body("a", EVERYTHING))
                .isEqualTo(masks.responseBody("a", EVERYTHING))
                .isNotEqualTo(masks.body("b", EVERYTHING))
                .isNotEqualTo(new Masks(new byte[32]).body("a", EVERYTHING));
    }

    @Test
    void anInstallationHasOneNameAndAnotherOneHasAnother() {
        assertThat(masks.nameOfInstallation())
                .matches("[0-9a-f]{8}")
                .isEqualTo(new Masks("key".getBytes(StandardCharsets.US_ASCII)).nameOfInstallation())
                .isNotEqualTo(new Masks(new byte[32]).nameOfInstallation());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "PROXY-AUTHORIZATION",
                "cookie",
                "Set-Cookie",
                "x-api-key",
                "X-Auth-Token",
                "X-FOO"
            })
    void headersAreMaskedByNameWhateverItsCase(String name) {
        assertThat(masks.headers(Map.of(name, "secret"), EVERYTHING).get(name)).matches(Masks::isIn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Foo-Bar", "Foo", "X-Fo", "Authorization2", "Content-Type", "body"})
    void otherHeadersAreShownEvenWithTheSameValue(String name) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "secret");
        headers.put(name, "secret");

        assertThat(masks.headers(headers, EVERYTHING)).containsEntry(name, "secret");
        assertThat(masks.headers(headers, EVERYTHING).keySet()).containsExactly("Authorization", name);
    }

    @Test
    void whatNobodyNamedIsShown() {
        assertThat(masks.body("a", Redaction.NONE)).isEqualTo("a");
        assertThat(masks.responseBody("a", Redaction.NONE)).isEqualTo("a");
        assertThat(masks.responseBody("a", new Redaction(List.of("body")))).isEqualTo("a");
        assertThat(masks.body("a", new Redaction(List.of("response_body")))).isEqualTo("a");
        assertThat(masks.headers(Map.of("X-Foo", "a"), Redaction.NONE)).containsEntry("X-Foo", "a");
    }

    @Test
    void whatIsNotThereStaysSoAndWhatIsEmptyIsMasked() {
        assertThat(masks.body(null, EVERYTHING)).isNull();
        assertThat(masks.responseBody(null, EVERYTHING)).isNull();
        assertThat(masks.headersOrNull(null, EVERYTHING)).isNull();
        assertThat(masks.objection(null, EVERYTHING)).isNull();
        assertThat(masks.body("", EVERYTHING)).matches(Masks::isIn);
        assertThat(masks.headers(Map.of("X-Foo", ""), EVERYTHING).get("X-Foo")).matches(Masks::isIn);
    }

    @Test
    void aMaskIsNoBase64() {
        assertThat(masks.responseEncoding("base64", EVERYTHING)).isNull();
        assertThat(masks.responseEncoding("base64", Redaction.NONE)).isEqualTo("base64");
    }

    @Test
    void onlyAMaskIsOne() {
        for (String mask : List.of("REDACTED:0123abcd", "Bearer REDACTED:0123abcd", "REDACTED:0123abcd\n")) {
            assertThat(Masks.isIn(mask)).as(mask).isTrue();
        }
        for (String other : List.of("REDACTED:0123ABCD", "REDACTED:0123abc", "redacted", " ")) {
            assertThat(Masks.isIn(other)).as(other).isFalse();
        }
    }

    @Test
    void bothOfTwoRedactionsHold() {
        Redaction both = new Redaction(List.of("body")).and(new Redaction(List.of("headers.A")));

        assertThat(masks.body("a", both)).matches(Masks::isIn);
        assertThat(masks.headers(Map.of("a", "b"), both).get("a")).matches(Masks::isIn);
        assertThat(masks.responseBody("a", both)).isEqualTo("a");
    }

    @Test
    void whatIsKeptIsReadAsItWas() {
        assertThat(Redaction.ofText(EVERYTHING.text())).isEqualTo(EVERYTHING);
        assertThat(Redaction.ofText(Redaction.NONE.text())).isEqualTo(Redaction.NONE);
        assertThat(Redaction.NONE.text()).isNull();
    }
}
