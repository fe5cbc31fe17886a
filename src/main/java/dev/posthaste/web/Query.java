package dev.posthaste.web;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the filters that stand in a list's query string. */
final class Query {
    private Query() {}

    /** An empty filter is none. */
    static @Nullable String blankAsNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** One of a fixed set of names; null when it is absent or there is a complaint. */
    static <T> @Nullable T oneOf(String name, @Nullable String value, Function<String, T> reader, Errors errors) {
        if (value == null || value.isBlank()) {
            return null;
        }
        try {
            return reader.apply(value);
        } catch (IllegalArgumentException e) {
            errors.addSentence(name, "The selected " + name.replace('_', ' ') + " is invalid.");
            return null;
        }
    }
}
