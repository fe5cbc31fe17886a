package dev.posthaste.web.input;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.JsonValue;
import dev.posthaste.json.MalformedJsonException;
import dev.posthaste.json.Span;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON text and keeps what is nested as it was spelt: order of keys, numbers and escapes go on as they came in.
 * Thread-safe.
 */
public final class JsonDocument {
    /**
     * The fields of the object that the text is.
     *
     * @throws ApiException 400 when it is not valid JSON, 422 when it is no object or spells half a character
     */
    public JsonFields readBody(String text) {
        if (text.isBlank()) {
            throw ApiException.badRequest("The body is empty; it must be a JSON object.");
        }
        try {
            return read(text);
        } catch (MalformedJsonException e) {
            throw ApiException.badRequest("The body " + e.getMessage() + ".");
        }
    }

    private static JsonFields read(String text) {
        Errors errors = new Errors();
        JsonScanner scanner = JsonScanner.refusingTwins(text);
        if (scanner.isAt('{')) {
            JsonFields fields = JsonFields.read(scanner, Span.of(text), name -> refuseHalf(errors, name));
            refuseMore(scanner);
            if (errors.isEmpty()) {
                return fields;
            }
        } else {
            scanner.value();
            refuseMore(scanner);
            errors.addSentence("body", "The body must be an object.");
        }
        throw ApiException.invalid(errors);
    }

    /** The fields of an object within a body that was read before. */
    public JsonFields fields(JsonValue.ObjectText object) {
        return JsonFields.read(JsonScanner.takingTwins(object.text()), object.text(), name -> {});
    }

    /**
     * The elements of an array within a body that was read before.
     *
     * @param max of them that are of use to anybody; if there are more, one more is given, to tell
     */
    public List<JsonValue> elements(JsonValue.ArrayText array, int max) {
        List<JsonValue> elements = new ArrayList<>();
        JsonScanner scanner = JsonScanner.takingTwins(array.text());
        for (boolean more = scanner.opens('['); more && elements.size() <= max; more = scanner.continues('[')) {
            elements.add(scanner.value());
        }
        return elements;
    }

    private static void refuseMore(JsonScanner scanner) {
        if (!scanner.isAtEnd()) {
            throw scanner.malformed(": something follows its end");
        }
    }

    private static void refuseHalf(Errors errors, JsonValue.Text name) {
        errors.add(name.value(), "must not contain half of a character (a lone surrogate).");
    }
}
