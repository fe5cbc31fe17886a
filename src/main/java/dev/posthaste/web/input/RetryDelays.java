package dev.posthaste.web.input;

import dev.posthaste.json.JsonValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code retry_delays}, a job's own or a queue's. */
final class RetryDelays {
    private static final String NAME = "retry_delays";
    private static final int MAX_SECONDS = 604_800;
    private static final int MOST = 10;

    private RetryDelays() {}

    /** The delays in seconds; null when they are absent, or there are complaints. */
    static @Nullable List<Integer> read(JsonDocument json, FieldReader fields) {
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
        List<Integer> delays = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            delays.add(delay(fields, NAME + "." + i, elements.get(i)));
        }
        return delays;
    }

    private static int delay(FieldReader fields, String name, JsonValue element) {
        if (!(element instanceof JsonValue.Numeral number) || !number.isInteger()) {
            fields.complain(name, "must be an integer.");
            return 1;
        }
        BigInteger seconds = number.integer();
        if (!FieldReader.isBetween(seconds, 1, MAX_SECONDS)) {
            fields.complain(name, "must be between 1 and " + MAX_SECONDS + ".");
            return 1;
        }
        return seconds.intValue();
    }
}
