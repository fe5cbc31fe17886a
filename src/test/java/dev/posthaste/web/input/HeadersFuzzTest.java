package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.Texts;
import dev.posthaste.json.JsonValue;
import dev.posthaste.web.http.Errors;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** The rules of headers beside those of RFC 9110 and of the contract, told once more character by character. */
class HeadersFuzzTest {
    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final Set<String> NOT_THEIRS = Set.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "host",
            "content-length",
            "expect",
            "http2-settings");

    private final JsonDocument json = new JsonDocument();
    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void headersAreTakenIffEachOfThemMayBeSent() {
        Arbitrary<Map<String, String>> headers = Combinators.combine(
                        names().list().ofMaxSize(3), values().list().ofSize(3))
                .as((names, values) -> {
                    Map<String, String> some = new LinkedHashMap<>();
                    for (int i = 0; i < names.size(); i++) {
                        some.put(names.get(i), values.get(i));
                    }
                    return some;
                });

        Fuzz.hold("headers", headers, 6_000, some -> {
            Errors errors = new Errors();
            Map<String, String> read = read(some, errors);

            assertThat(errors.isEmpty()).as("%s", errors.body()).isEqualTo(maySend(some));
            if (errors.isEmpty()) {
                some.values().removeIf(String::isBlank);
                assertThat(read).isEqualTo(some);
            }
        });
    }

    private Map<String, String> read(Map<String, String> some, Errors errors) throws JsonProcessingException {
        JsonFields body = json.readBody("{\"headers\":" + mapper.writeValueAsString(some) + "}");
        JsonValue.ObjectText object = (JsonValue.ObjectText) Objects.requireNonNull(body.get("headers"));
        return HeaderRules.read(json.fields(object), new FieldReader(body, "", errors));
    }

    private static boolean maySend(Map<String, String> headers) {
        Map<String, String> distinct = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            // What is blank counts as absent, whatever its name.
            if (!header.getValue().isBlank()) {
                String name = header.getKey();
                if (!isToken(name)
                        || isReserved(name.toLowerCase(Locale.ROOT))
                        || !isValue(header.getValue())
                        || distinct.put(name.toLowerCase(Locale.ROOT), "") != null) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isAlphanumeric = c < 128 && Character.isLetterOrDigit(c);
            if (!isAlphanumeric && TOKEN.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isReserved(String name) {
        return NOT_THEIRS.contains(name)
                || name.startsWith("proxy-")
                || name.startsWith("x-posthaste-")
                || name.startsWith("x-recuro-")
                || name.startsWith("webhook-");
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean isInside = i > 0 && i < value.length() - 1;
            boolean isVisible = (c > ' ' && c < 0x7f) || (c >= 0xa0 && c <= 0xff);
            if (!isVisible && !(isInside && (c == ' ' || c == '\t'))) {
                return false;
            }
        }
        return true;
    }

    private static Arbitrary<String> names() {
        Arbitrary<String> usual =
                Arbitraries.of("X-A", "x-a", "Accept", "Authorization", "Content-Type", "X_b", "a.b", "!");
        Arbitrary<String> reserved = Arbitraries.of(
                "Host",
                "HOST",
                "hOst",
                "Content-Length",
                "TE",
                "Proxy-A",
                "proxy-",
                "X-Posthaste-A",
                "X-RECURO-B",
                "Webhook-Id",
                "Trailer",
                "Upgrade",
                "Expect",
                "Keep-Alive",
                "HTTP2-Settings",
                "Transfer-Encoding",
                "webhook",
                "tran\u017Ffer-encoding",
                "\u212aeep-alive",
                "Hos\u0167",
                "te ",
                " te",
                "Host:");
        return Arbitraries.frequencyOf(
                Tuple.of(4, usual),
                Tuple.of(1, reserved),
                Tuple.of(1, Texts.changed(usual, 2)),
                Tuple.of(1, Texts.changed(reserved, 1)));
    }

    private static Arbitrary<String> values() {
        Arbitrary<String> usual = Arbitraries.of("v", "a b", "a\tb", "\u00fc", "Bearer x", "", " ", "1, 2");
        return Arbitraries.frequencyOf(Tuple.of(4, usual), Tuple.of(1, Texts.changed(usual, 2)));
    }
}
