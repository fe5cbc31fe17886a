package dev.posthaste.web.input;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code success_assertions}. */
final class SuccessAssertions {
    private static final String NAME = "success_assertions";
    private static final int MOST = 10;

    private SuccessAssertions() {}

    /** The assertions; null when they are absent, or there are complaints. */
    static @Nullable List<Assertion> read(JsonDocument json, FieldReader fields) {
        JsonValue value = fields.take(NAME);
        if (value == null) {
            return null;
        }
        if (!(value instanceof JsonValue.ArrayText array)) {
            fields.complain(NAME, "must be an array.");
            return null;
        }
        List<JsonValue> elements = json.elements(array, MOST);
        if (elements.size() > MOST) {
            fields.complain(NAME, "must not have more than " + MOST + " items.");
            return null;
        }
        List<Assertion> assertions = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            String name = NAME + "." + i;
            if (elements.get(i) instanceof JsonValue.ObjectText object) {
                JsonFields members = json.fields(object);
                Assertion assertion = new AssertionReader(fields.within(name, members)).read();
                if (assertion != null) {
                    assertions.add(assertion);
                }
            } else {
                fields.complain(name, "must be an object.");
            }
        }
        return assertions.size() == elements.size() ? assertions : null;
    }
}
