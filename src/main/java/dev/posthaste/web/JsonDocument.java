package dev.posthaste.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads JSON text and keeps what is nested as it was spelt: order of keys, numbers and escapes go on as they came in.
 * Thread-safe.
 */
final class JsonDocument {
    private static final int DEEPEST = 100;

    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /**
     * The fields of the object that the text is.
     *
     * @throws ApiException 400 when it is not valid JSON, 422 when it is no object or spells half a character
     */
    Map<String, JsonValue> readBody(String text) {
        if (text.isBlank()) {
            throw ApiException.badRequest("The body is empty; it must be a JSON object.");
        }
        try (JsonParser parser = factory.createParser(text)) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            Map<String, JsonValue> fields = isObject ? fields(parser, text) : Map.of();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw ApiException.badRequest(
                        "The body is not valid JSON: something follows its end" + at(parser.currentTokenLocation()));
            }
            if (!isObject) {
                Errors errors = new Errors();
                errors.addSentence("body", "The body must be an object.");
                throw ApiException.invalid(errors);
            }
            refuseHalfCharacters(fields);
            return fields;
        } catch (StreamConstraintsException e) {
            throw ApiException.badRequest("The body is nested deeper than " + DEEPEST + ".");
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("The body is not valid JSON" + duplicate(e) + at(e.getLocation()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields of an object within a body that was read before. */
    Map<String, JsonValue> fields(JsonValue.ObjectText object) {
        try (JsonParser parser = factory.createParser(object.text())) {
            parser.nextToken();
            return fields(parser, object.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The elements of an array within a body that was read before. */
    List<JsonValue> elements(JsonValue.ArrayText array) {
        List<JsonValue> elements = new ArrayList<>();
        try (JsonParser parser = factory.createParser(array.text())) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, array.text()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return elements;
    }

    private static Map<String, JsonValue> fields(JsonParser parser, String text) throws IOException {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser, text));
        }
        return fields;
    }

    private static JsonValue value(JsonParser parser, String text) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> new JsonValue.Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.Numeral(parser.getText());
            case VALUE_TRUE -> new JsonValue.Flag(true);
            case VALUE_FALSE -> new JsonValue.Flag(false);
            case START_OBJECT -> new JsonValue.ObjectText(nested(parser, text));
            case START_ARRAY -> new JsonValue.ArrayText(nested(parser, text));
            default -> new JsonValue.Null();
        };
    }

    private static String nested(JsonParser parser, String text) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        return text.substring(start, (int) parser.currentLocation().getCharOffset());
    }

    private void refuseHalfCharacters(Map<String, JsonValue> fields) throws IOException {
        Set<String> guilty = new LinkedHashSet<>();
        for (Map.Entry<String, JsonValue> field : fields.entrySet()) {
            if (!Surrogates.areWhole(field.getKey()) || holdsHalfCharacter(field.getValue())) {
                guilty.add(field.getKey());
            }
        }
        if (!guilty.isEmpty()) {
            Errors errors = new Errors();
            guilty.forEach(name -> errors.add(name, "must not contain half of a character (a lone surrogate)."));
            throw ApiException.invalid(errors);
        }
    }

    private boolean holdsHalfCharacter(JsonValue value) throws IOException {
        if (value instanceof JsonValue.Text string) {
            return !Surrogates.areWhole(string.value());
        }
        if (value instanceof JsonValue.ObjectText object) {
            return nestedHoldsHalfCharacter(object.text());
        }
        return value instanceof JsonValue.ArrayText array && nestedHoldsHalfCharacter(array.text());
    }

    private boolean nestedHoldsHalfCharacter(String text) throws IOException {
        // Only an escape can spell one: most bodies have none and are not read again.
        if (!text.contains("\\ud") && !text.contains("\\uD")) {
            return false;
        }
        try (JsonParser parser = factory.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean isText = token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING;
                if (isText && !Surrogates.areWhole(parser.getText())) {
                    return true;
                }
            }
            return false;
        }
    }

    private static String duplicate(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        return message != null && message.startsWith("Duplicate field") ? ": a key appears twice in one object" : "";
    }

    private static String at(JsonLocation location) {
        return " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ").";
    }
}
