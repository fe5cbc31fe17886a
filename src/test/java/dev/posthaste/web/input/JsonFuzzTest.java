package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.JsonTexts;
import dev.posthaste.fuzz.Texts;
import dev.posthaste.json.JsonValue;
import dev.posthaste.jsonpath.JsonReader;
import dev.posthaste.web.http.ApiException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Our reader of JSON beside Jackson's strict one, which is bound to our depth. */
class JsonFuzzTest {
    private static final int DEEPEST = 100;

    /** Jackson takes a letter behind {@code \\u} by its low eight bits: the Latin K with cedilla, U+0136, for a 6. */
    private static final Pattern NO_HEX = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u[0-9A-Fa-f]{0,3}[^\\x00-\\x7F]");

    private final JsonDocument json = new JsonDocument();
    private final JsonReader answers = new JsonReader();
    private final JsonMapper strict = mapper(true);
    private final JsonMapper takingTwins = mapper(false);

    @Test
    void aBodyIsTakenIffAStrictReaderTakesIt() {
        Fuzz.hold("JSON bodies", bodies(), 6_000, body -> {
            @Nullable JsonNode theirs = read(strict, body);
            try {
                JsonFields ours = json.readBody(body);

                assertThat(theirs).as(body).isNotNull();
                assertSame(ours, Objects.requireNonNull(theirs));
            } catch (ApiException e) {
                // An object that spells half a character, and what is no object, is JSON all the same.
                int expected = theirs == null ? 400 : 422;
                assertThat(e.response().getStatus()).as(body).isEqualTo(expected);
            }
        });
    }

    @Test
    void anAnswerIsReadIffAReaderThatTakesTwinsReadsIt() {
        Fuzz.hold(
                "JSON answers",
                bodies(),
                3_000,
                body -> assertThat(answers.read(body).isPresent()).as(body).isEqualTo(read(takingTwins, body) != null));
    }

    private void assertSame(JsonFields ours, JsonNode theirs) throws JsonProcessingException {
        if (theirs.isMissingNode()) {
            return;
        }
        assertThat(theirs.isObject()).isTrue();
        assertThat(ours.size()).isEqualTo(theirs.size());
        for (Map.Entry<String, JsonValue> field : ours.kept().entrySet()) {
            assertSame(field.getValue(), theirs.get(field.getKey()));
        }
    }

    private void assertSame(JsonValue ours, JsonNode theirs) throws JsonProcessingException {
        if (ours instanceof JsonValue.Text text) {
            assertThat(text.value()).isEqualTo(theirs.textValue());
        } else if (ours instanceof JsonValue.ObjectText object) {
            assertThat(strict.readTree(object.text().copy())).isEqualTo(theirs);
        } else if (ours instanceof JsonValue.ArrayText array) {
            assertThat(strict.readTree(array.text().copy())).isEqualTo(theirs);
        } else if (ours instanceof JsonValue.Numeral number) {
            assertThat(strict.readTree(number.spelling())).isEqualTo(theirs);
        } else if (ours instanceof JsonValue.Flag flag) {
            assertThat(flag.value()).isEqualTo(theirs.booleanValue());
        } else {
            assertThat(theirs.isNull()).isTrue();
        }
    }

    /** Null when it is not JSON; what it is otherwise, but for a number that no decimal of theirs can hold. */
    private static @Nullable JsonNode read(JsonMapper reader, String body) {
        if (NO_HEX.matcher(body).find()) {
            return null;
        }
        try (JsonParser parser = reader.createParser(body)) {
            if (parser.nextToken() == null) {
                return null;
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                return null;
            }
        } catch (IOException e) {
            return null;
        }
        try {
            return reader.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static Arbitrary<String> bodies() {
        Arbitrary<String> objects = JsonTexts.objects(JsonTexts.strings(), JsonTexts.values(3));
        return Arbitraries.frequencyOf(
                Tuple.of(4, objects),
                Tuple.of(2, Texts.changed(objects, 3)),
                Tuple.of(1, JsonTexts.values(2)),
                Tuple.of(1, JsonTexts.deep()));
    }

    private static JsonMapper mapper(boolean refusesTwins) {
        JsonFactory factory = JsonFactory.builder()
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, refusesTwins)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }
}
