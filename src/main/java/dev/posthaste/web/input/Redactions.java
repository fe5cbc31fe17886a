package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import dev.posthaste.redaction.Redaction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code redact}, a job's own or a queue's. */
final class Redactions {
    private static final int MAX = 20;
    private static final int MAX_NAME = 64;

    private Redactions() {}

    /** What is not to be shown, each once; null when it is absent, or there are complaints. */
    static @Nullable Redaction read(JsonDocument json, FieldReader fields) {
        List<String> entries = fields.list(json, "redact", MAX, (name, element) -> entry(fields, name, element));
        if (entries == null) {
            return null;
        }
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        return new Redaction(entries.stream().filter(seen::add).toList());
    }

    private static @Nullable String entry(FieldReader fields, String name, JsonValue element) {
        if (!(element instanceof JsonValue.Text text)) {
            fields.complain(name, "must be a string.");
            return null;
        }
        String entry = text.value();
        if (entry.equals(Redaction.BODY) || entry.equals(Redaction.RESPONSE_BODY)) {
            return entry;
        }
        String header = entry.startsWith(Redaction.HEADERS) ? entry.substring(Redaction.HEADERS.length()) : "";
        if (!HeaderRules.isName(header)) {
            fields.complainOfChoice(name);
            return null;
        }
        if (header.length() > MAX_NAME) {
            fields.complain(name, "must not have a name of more than " + MAX_NAME + " characters.");
            return null;
        }
        return entry;
    }
}
