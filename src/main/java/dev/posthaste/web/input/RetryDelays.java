package dev.posthaste.web.input;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code retry_delays}, a job's own or a queue's. */
final class RetryDelays {
    private static final int MAX_SECONDS = 604_800;
    private static final int MAX = 10;

    private RetryDelays() {}

    /** The delays in seconds; null when they are absent, or there are complaints. */
    static @Nullable List<Integer> read(JsonDocument json, FieldReader fields) {
        return fields.list(
                json, "retry_delays", MAX, (name, delay) -> fields.integerBetween(name, delay, 1, MAX_SECONDS));
    }
}
