package dev.posthaste.terminal;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.JsonValue;
import dev.posthaste.json.MalformedJsonException;
import dev.posthaste.json.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object as it was spelt, and its fields: numbers keep their digits. */
final class JsonFields {
    private final Span text;
    private final Map<String, JsonValue> fields;

    private JsonFields(Span text, Map<String, JsonValue> fields) {
        this.text = text;
        this.fields = fields;
    }

    /** @throws MalformedJsonException when it is no JSON object */
    static JsonFields of(String text) {
        JsonScanner scanner = JsonScanner.takingTwins(Span.of(text));
        JsonFields object = read(scanner, Span.of(text));
        if (!scanner.isAtEnd()) {
            throw scanner.malformed("");
        }
        return object;
    }

    private static JsonFields read(JsonScanner scanner, Span text) {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        for (boolean more = scanner.opens('{'); more; more = scanner.continues('{')) {
            String name = scanner.name().value();
            fields.put(name, scanner.value());
        }
        return new JsonFields(text, fields);
    }

    /** Character for character. */
    String spelling() {
        return text.copy();
    }

    boolean has(String name) {
        JsonValue value = fields.get(name);
        return value != null && !(value instanceof JsonValue.Null);
    }

    /** What a field says: a string's characters, or the spelling of something else; empty for null and what is not there. */
    String text(String name) {
        JsonValue value = fields.get(name);
        return value == null ? "" : text(value);
    }

    /** An integer; 0 for what is none. */
    long number(String name) {
        return fields.get(name) instanceof JsonValue.Numeral numeral && numeral.isInteger()
                ? numeral.integer().longValue()
                : 0;
    }

    boolean flag(String name) {
        return fields.get(name) instanceof JsonValue.Flag flag && flag.value();
    }

    /** An object within; one without fields where there is none. */
    JsonFields object(String name) {
        return fields.get(name) instanceof JsonValue.ObjectText object
                ? read(JsonScanner.takingTwins(object.text()), object.text())
                : new JsonFields(Span.of("{}"), Map.of());
    }

    /** The objects of an array. */
    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonValue element : elements(name)) {
            if (element instanceof JsonValue.ObjectText object) {
                objects.add(read(JsonScanner.takingTwins(object.text()), object.text()));
            }
        }
        return objects;
    }

    /** What the elements of an array say. */
    List<String> texts(String name) {
        return elements(name).stream().map(JsonFields::text).toList();
    }

    /** Names and what they say, in the order of the text. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach((name, value) -> texts.put(name, text(value)));
        return texts;
    }

    private List<JsonValue> elements(String name) {
        List<JsonValue> elements = new ArrayList<>();
        if (fields.get(name) instanceof JsonValue.ArrayText array) {
            JsonScanner scanner = JsonScanner.takingTwins(array.text());
            for (boolean more = scanner.opens('['); more; more = scanner.continues('[')) {
                elements.add(scanner.value());
            }
        }
        return elements;
    }

    private static String text(JsonValue value) {
        if (value instanceof JsonValue.Text string) {
            return string.value();
        } else if (value instanceof JsonValue.Numeral numeral) {
            return numeral.spelling();
        } else if (value instanceof JsonValue.Flag flag) {
            return String.valueOf(flag.value());
        } else if (value instanceof JsonValue.ObjectText object) {
            return object.text().copy();
        } else if (value instanceof JsonValue.ArrayText array) {
            return array.text().copy();
        }
        return "";
    }
}
