package dev.posthaste.jsonpath;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.JsonValue;
import dev.posthaste.json.MalformedJsonException;
import dev.posthaste.json.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON into values that know how they were spelt. Of a key that appears twice the last value counts. Thread-safe. */
public final class JsonReader {
    /** The value that the text is; empty when it is not JSON, or nested deeper than 100. */
    public Optional<Json> read(String text) {
        try {
            JsonScanner scanner = JsonScanner.takingTwins(Span.of(text));
            Json value = value(scanner, text);
            return scanner.isAtEnd() ? Optional.of(value) : Optional.empty();
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    private static Json value(JsonScanner scanner, String text) {
        if (scanner.isAt('{')) {
            return members(scanner, text);
        }
        return scanner.isAt('[') ? elements(scanner, text) : leaf(scanner.value());
    }

    private static Json members(JsonScanner scanner, String text) {
        int start = scanner.position();
        Map<String, Json> byName = new LinkedHashMap<>();
        for (boolean more = scanner.opens('{'); more; more = scanner.continues('{')) {
            byName.put(scanner.name().value(), value(scanner, text));
        }
        return new Json.Members(byName, new Span(text, start, scanner.position()));
    }

    private static Json elements(JsonScanner scanner, String text) {
        int start = scanner.position();
        List<Json> list = new ArrayList<>();
        for (boolean more = scanner.opens('['); more; more = scanner.continues('[')) {
            list.add(value(scanner, text));
        }
        return new Json.Elements(list, new Span(text, start, scanner.position()));
    }

    private static Json leaf(JsonValue value) {
        if (value instanceof JsonValue.Text string) {
            return new Json.Text(string.value());
        }
        if (value instanceof JsonValue.Numeral number) {
            return new Json.Numeral(number.spelling());
        }
        return new Json.Word(value instanceof JsonValue.Flag flag ? String.valueOf(flag.value()) : "null");
    }
}
