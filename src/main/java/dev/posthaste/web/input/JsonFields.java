package dev.posthaste.web.input;

import dev.posthaste.json.JsonScanner;
import dev.posthaste.json.JsonValue;
import dev.posthaste.json.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object. So many are kept as anybody could mean; of the others it is known how many there are, and one
 * that is asked for is looked up in the text. Not thread-safe.
 */
public final class JsonFields {
    private static final int MAX_KEPT = 256;

    private final Map<String, JsonValue> kept = new LinkedHashMap<>();
    private final Span object;
    private int others;

    private JsonFields(Span object) {
        this.object = object;
    }

    /**
     * Reads the object that a scanner stands before.
     *
     * @param object where it stands, with nothing but blanks around it
     * @param guilty is told the names of fields that hold half a character
     */
    static JsonFields read(JsonScanner scanner, Span object, Consumer<JsonValue.Text> guilty) {
        JsonFields fields = new JsonFields(object);
        for (boolean more = scanner.opens('{'); more; more = scanner.continues('{')) {
            JsonValue.Text name = scanner.name();
            JsonValue value = scanner.value();
            if (scanner.tookHalfCharacter()) {
                guilty.accept(name);
            }
            fields.add(name, value);
        }
        return fields;
    }

    /** The field's value; null when there is none. */
    @Nullable
    JsonValue get(String name) {
        JsonValue value = kept.get(name);
        return value == null && others > 0 ? lookUp(name) : value;
    }

    /** Those that were kept, in their order. */
    Map<String, JsonValue> kept() {
        return kept;
    }

    /** How many were not. */
    int others() {
        return others;
    }

    int size() {
        return kept.size() + others;
    }

    private void add(JsonValue.Text name, JsonValue value) {
        if (kept.size() < MAX_KEPT) {
            kept.put(name.value(), value);
        } else {
            others++;
        }
    }

    private @Nullable JsonValue lookUp(String wanted) {
        JsonScanner scanner = JsonScanner.takingTwins(object);
        for (boolean more = scanner.opens('{'); more; more = scanner.continues('{')) {
            JsonValue.Text name = scanner.name();
            JsonValue value = scanner.value();
            if (isSame(name, wanted)) {
                kept.put(wanted, value);
                others--;
                return value;
            }
        }
        return null;
    }

    private static boolean isSame(JsonValue.Text name, String wanted) {
        Span spelling = name.spelling();
        return name.isEscaped()
                ? name.value().equals(wanted)
                : spelling.length() == wanted.length() && spelling.text().startsWith(wanted, spelling.start());
    }
}
