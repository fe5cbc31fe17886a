package dev.posthaste.terminal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the object of a call, field after field; what is null is left out. Not thread-safe. */
final class JsonBody {
    private final StringBuilder json = new StringBuilder("{");

    JsonBody string(String name, @Nullable String value) {
        return value == null ? this : raw(name, quoted(value));
    }

    JsonBody number(String name, @Nullable Long value) {
        return value == null ? this : raw(name, value.toString());
    }

    JsonBody strings(String name, List<String> values) {
        return values.isEmpty()
                ? this
                : raw(name, array(values.stream().map(JsonBody::quoted).toList()));
    }

    JsonBody numbers(String name, @Nullable List<Long> values) {
        return values == null
                ? this
                : raw(name, array(values.stream().map(String::valueOf).toList()));
    }

    JsonBody strings(String name, Map<String, String> values) {
        if (values.isEmpty()) {
            return this;
        }
        JsonBody object = new JsonBody();
        values.forEach(object::string);
        return raw(name, object.end());
    }

    /** @param value JSON that was looked through before */
    JsonBody raw(String name, @Nullable String value) {
        if (value != null) {
            json.append(json.length() == 1 ? "" : ", ")
                    .append(quoted(name))
                    .append(": ")
                    .append(value);
        }
        return this;
    }

    String end() {
        return json + "}";
    }

    private static String array(List<String> elements) {
        return "[" + String.join(", ", elements) + "]";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
