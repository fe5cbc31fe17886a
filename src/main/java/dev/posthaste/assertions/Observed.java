package dev.posthaste.assertions;

import dev.posthaste.jsonpath.Json;
import dev.posthaste.jsonpath.JsonReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An answer, as far as assertions look at it. Reads the body as JSON once, when it is asked for. Not thread-safe. */
public final class Observed {
    private static final JsonReader READER = new JsonReader();

    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ObservedBody body;
    private final Duration took;
    private boolean isRead;
    private @Nullable Json json;

    /** An answer that came {@code took} after its request began to be sent. */
    public Observed(int status, Map<String, String> headers, ObservedBody body, Duration took) {
        this.status = status;
        this.headers.putAll(headers);
        this.body = body;
        this.took = took;
    }

    int status() {
        return status;
    }

    Duration took() {
        return took;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String body() {
        return body.text();
    }

    boolean isBodyCutOff() {
        return body.isCutOff();
    }

    Optional<Json> json() {
        if (!isRead) {
            json = body.isUtf8() ? READER.read(withoutMark(body.text())).orElse(null) : null;
            isRead = true;
        }
        return Optional.ofNullable(json);
    }

    /** Some servers begin with a byte order mark, which a reader may pass over (RFC 8259, section 8.1). */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
