package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.posthaste.json.JsonValue;
import dev.posthaste.json.Span;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
    private static final String LETTERS = "{}[]\",:\\ud8dc0019aefnrtls-+.E /\n";
    private static final List<String> BODIES = List.of(
            "{\"queue\":\"q\",\"url\":\"http://a/\",\"payload\":{\"a\":[1,-0.5e+3,{\"b\":null}],\"c\":\"\\u0000\\n\"}}",
            "{\"jobs\":[{},{\"x\":true,\"y\":false},[[]],\"\\ud83d\\ude00\"],\"n\":0, \"m\" : -12 }",
            "{\"a\":{\"a\":{\"a\":1,\"b\":2}},\"\":\"\",\"\\u0061b\":1e5}");

    private final JsonDocument json = new JsonDocument();
    private final JsonFactory others = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @Test
    void whatIsValidJsonIsDecidedAsByOthers() {
        Random random = new Random(7);

        for (int i = 0; i < 60_000; i++) {
            String body = mutated(BODIES.get(i % BODIES.size()), random);
            assertThat(isTakenHere(body)).as(body).isEqualTo(isTakenByOthers(body));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"b\":2,\"\\u0061\":3}",
                "{\"x\":[{\"a\":{},\"b\":{\"a\":1},\"a\":2}]}",
                "{\"a\":{\"b\":1},\"c\":{\"b\":1},\"a\":3}"
            })
    void aKeyThatIsTwiceInOneObjectIsRefusedWithItsPlace(String body) {
        int place = Math.max(body.lastIndexOf("\"a\""), body.lastIndexOf("\"\\u0061\"")) + 1;

        assertThatThrownBy(() -> json.readBody(body))
                .hasMessage("The body is not valid JSON: a key appears twice in one object (line 1, column " + place
                        + ").");
    }

    @Test
    void aKeyThatIsTwiceAmongVeryManyIsRefused() {
        String many =
                IntStream.range(0, 200_000).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","));

        json.readBody("{\"payload\":{" + many + "}}");

        assertThatThrownBy(() -> json.readBody("{\"payload\":{" + many + ",\n\"k7\":1}}"))
                .hasMessageContaining("a key appears twice in one object (line 2, column 1)");
    }

    /** Compared each with each they would take minutes. */
    @Test
    @Timeout(60)
    void veryManyKeysThatAreAllTwiceAreRefusedAtOnce() {
        String many =
                IntStream.range(0, 200_000).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","));

        assertThatThrownBy(() -> json.readBody("{\"payload\":{" + many + "," + many + "}}"))
                .hasMessageContaining("a key appears twice in one object");
    }

    @Test
    void whatIsNestedIsKeptAsItWasSpelt() {
        String payload = "{ \"b\" : 1.00, \"a\":\"\\u00e9\\/\" ,\"c\":[ ]}";

        JsonFields fields = json.readBody("{\"payload\":" + payload + ",\"x\":1}");

        assertThat(fields.get("payload"))
                .isInstanceOfSatisfying(
                        JsonValue.ObjectText.class,
                        object -> assertThat(object.text().copy()).isEqualTo(payload));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"a\\u0041\\n|`aA\n`", "\\\"\\\\\\/\\b\\f\\r\\t|`\"\\/\b\f\r\t`", "\\ud83d\\ude00x|😀x", "é|é"})
    void escapesMeanWhatTheySay(String spelling, String meaning) {
        JsonFields fields = json.readBody("{\"a\":\"" + spelling + "\"}");

        assertThat(fields.get("a"))
                .isInstanceOfSatisfying(
                        JsonValue.Text.class, text -> assertThat(text.value()).isEqualTo(meaning));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800\\\\udc00", "\\udc00\\ud800", "\\uD83Dx"})
    void halfACharacterIsRefusedWhereverItStands(String half) {
        for (String body : List.of(
                "{\"a\":\"" + half + "\"}", "{\"a\":[{\"b\":\"" + half + "\"}]}", "{\"a\":{\"" + half + "\":1}}")) {
            assertThatThrownBy(() -> json.readBody(body))
                    .hasMessage("The a field must not contain half of a character (a lone surrogate).");
        }
    }

    @Test
    void aFieldBehindMoreThanAreKeptIsFoundAndTheOthersAreCounted() {
        String junk =
                IntStream.range(0, 5_000).mapToObj(i -> "\"k" + i + "\":0,").collect(Collectors.joining());
        JsonFields fields = json.readBody("{" + junk + "\"queue\":\"q\",\"u\\u0072l\":[1]}");

        assertThat(fields.get("queue")).isInstanceOf(JsonValue.Text.class);
        assertThat(fields.get("url")).isInstanceOf(JsonValue.ArrayText.class);
        assertThat(fields.get("missing")).isNull();
        assertThat(fields.kept()).hasSizeLessThan(1_000).containsKeys("k0", "queue", "url");
        assertThat(fields.size()).isEqualTo(5_002);
    }

    @Test
    void ofAnArrayOnlySoManyElementsAreReadAsAreOfUse() {
        JsonValue.ArrayText array = new JsonValue.ArrayText(Span.of("[" + "1,".repeat(100_000) + "1]"));

        assertThat(json.elements(array, 10)).hasSize(11);
    }

    @Test
    void unknownFieldsAreAllCountedAndAHundredAreTold() {
        String junk =
                IntStream.range(0, 5_000).mapToObj(i -> "\"k" + i + "\":0,").collect(Collectors.joining());
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody("{" + junk + "\"queue\":\"q\"}"), "", errors);

        fields.requiredText("queue");
        fields.requiredText("url");
        fields.refuseUnknown();

        assertThat(errors.message()).isEqualTo("The url field is required. (and 5000 more errors)");
        assertThat(errors.body().toString()).contains("k98=").doesNotContain("k99=");
    }

    @Test
    void aLongNameIsCutWhereItIsShown() {
        Errors errors = new Errors();

        errors.add("n".repeat(1_000), "is unknown.");

        assertThat(errors.body().toString()).hasSizeLessThan(500).contains("n".repeat(100) + "… field is unknown.");
    }

    private boolean isTakenHere(String body) {
        try {
            json.readBody(body);
            return true;
        } catch (ApiException e) {
            // Half a character and other kinds of values are valid JSON all the same.
            return e.response().getStatus() == 422;
        }
    }

    private boolean isTakenByOthers(String body) {
        try (JsonParser parser = others.createParser(body)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static String mutated(String body, Random random) {
        StringBuilder mutated = new StringBuilder(body);
        for (int i = random.nextInt(3); i > 0; i--) {
            int place = random.nextInt(mutated.length());
            char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
            switch (random.nextInt(3)) {
                case 0 -> mutated.setCharAt(place, letter);
                case 1 -> mutated.insert(place, letter);
                default -> mutated.deleteCharAt(place);
            }
        }
        return mutated.toString();
    }
}
