package dev.posthaste.web;

import dev.posthaste.web.http.ServerEvent;
import dev.posthaste.web.http.SharedAnswer;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** An overview as JSON, in the forms in which it is sent; each is made when somebody wants it first. Thread-safe. */
final class Snapshot {
    /** Of both, at most. */
    private static final int FORMS = 4;

    private final byte[] json;
    private @Nullable SharedAnswer answer;
    private @Nullable ServerEvent event;

    Snapshot(byte[] json) {
        this.json = json;
    }

    /** How many bytes are held at most. */
    int bytes() {
        return FORMS * json.length;
    }

    /** For who asks once. */
    synchronized SharedAnswer answer() {
        SharedAnswer made = answer;
        if (made == null) {
            made = new SharedAnswer(MediaType.APPLICATION_JSON, json);
            answer = made;
        }
        return made;
    }

    /** For who goes on looking. */
    synchronized ServerEvent event() {
        ServerEvent made = event;
        if (made == null) {
            made = ServerEvent.of(json);
            event = made;
        }
        return made;
    }
}
