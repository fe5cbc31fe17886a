package dev.posthaste.web.input;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code success_assertions}. */
final class SuccessAssertions {
    private static final int MAX = 10;

    private SuccessAssertions() {}

    /** The assertions; null when they are absent, or there are complaints. */
    static @Nullable List<Assertion> read(JsonDocument json, FieldReader fields) {
        return fields.list(json, "success_assertions", MAX, (name, element) -> {
            if (element instanceof JsonValue.ObjectText object) {
                return new AssertionReader(fields.within(name, json.fields(object))).read();
            }
            fields.complain(name, "must be an object.");
            return null;
        });
    }
}
