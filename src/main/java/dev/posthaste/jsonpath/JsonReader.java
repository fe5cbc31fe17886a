package dev.posthaste.jsonpath;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON into values that know how they were spelt. Of a key that appears twice the last value counts. Thread-safe. */
public final class JsonReader {
    private static final int DEEPEST = 100;

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** The value that the text is; empty when it is not JSON, or nested deeper than 100. */
    public Optional<Json> read(String text) {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Json value = value(parser, text);
            return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Json value(JsonParser parser, String text) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> members(parser, text);
            case START_ARRAY -> elements(parser, text);
            case VALUE_STRING -> new Json.Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeral(parser.getText());
            default -> new Json.Word(parser.getText());
        };
    }

    private static Json members(JsonParser parser, String text) throws IOException {
        int start = start(parser);
        Map<String, Json> byName = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            byName.put(name, value(parser, text));
        }
        return new Json.Members(byName, new Json.Span(text, start, end(parser)));
    }

    private static Json elements(JsonParser parser, String text) throws IOException {
        int start = start(parser);
        List<Json> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser, text));
        }
        return new Json.Elements(list, new Json.Span(text, start, end(parser)));
    }

    private static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getCharOffset();
    }
}
