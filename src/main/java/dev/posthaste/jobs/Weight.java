package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import java.util.Map;

/** What deliveries weigh in memory, see {@link OneShot#weight}. */
public final class Weight {
    /** What is smaller counts as nothing: the number of slots bounds it. */
    private static final int LIGHT_BYTES = 16 * 1024;

    private Weight() {}

    /** What sending a request weighs. */
    public static int of(TargetRequest request) {
        long characters = request.body() == null ? 0 : request.body().text().length();
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            characters += header.getKey().length() + header.getValue().length();
        }
        return ofBytes(characters);
    }

    /** What sending a callback with that body weighs. */
    public static int of(String body) {
        return ofBytes(body.length());
    }

    /** What sending so much weighs. */
    static int ofBytes(long bytes) {
        return bytes <= LIGHT_BYTES ? 0 : (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
