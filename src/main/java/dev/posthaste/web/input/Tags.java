package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import dev.posthaste.web.http.Errors;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tags}, a job's or a cron's, and the one that a list is filtered by. */
public final class Tags {
    private static final int MAX = 10;
    private static final int MAX_CHARACTERS = 64;

    private Tags() {}

    /** The tags in their order, each once; null when they are absent, or there are complaints. */
    static @Nullable List<String> read(JsonDocument json, FieldReader fields) {
        List<String> tags = fields.list(json, "tags", MAX, (name, element) -> tag(fields, name, element));
        return tags == null ? null : List.copyOf(new LinkedHashSet<>(tags));
    }

    private static @Nullable String tag(FieldReader fields, String name, JsonValue element) {
        if (!(element instanceof JsonValue.Text text)) {
            fields.complain(name, "must be a string.");
            return null;
        }
        String tag = text.value();
        String complaint = tag.isBlank() ? "is required." : complaint(tag);
        if (complaint != null) {
            fields.complain(name, complaint);
            return null;
        }
        return tag;
    }

    private static @Nullable String complaint(String tag) {
        if (tag.codePointCount(0, tag.length()) > MAX_CHARACTERS) {
            return "must not be greater than " + MAX_CHARACTERS + " characters.";
        }
        return tag.codePoints().anyMatch(Character::isISOControl) ? "must not contain control characters." : null;
    }

    /** The tag of a filter, which a body names; null when it is absent or there is a complaint. */
    static @Nullable String one(FieldReader fields, String name) {
        String tag = fields.text(name);
        String complaint = tag == null ? null : complaint(tag);
        if (complaint != null) {
            fields.complain(name, complaint);
        }
        return complaint == null ? tag : null;
    }

    /** The tag of a filter, which a query names; null when it is absent or there is a complaint. */
    public static @Nullable String filter(@Nullable String tag, Errors errors) {
        if (tag == null || tag.isBlank()) {
            return null;
        }
        String complaint = complaint(tag);
        if (complaint != null) {
            errors.add("tag", complaint);
            return null;
        }
        return tag;
    }
}
