package dev.posthaste.terminal;

import dev.posthaste.json.MalformedJsonException;
import java.net.URI;
import java.net.http.HttpHeaders;

/** What a server said to a call. */
record ApiAnswer(URI called, int status, HttpHeaders headers, String body) {
    /** The object of a call that was done. */
    JsonFields done() {
        if (status / 100 != 2) {
            throw Refusals.of(this);
        }
        try {
            return JsonFields.of(body);
        } catch (MalformedJsonException e) {
            throw Refusals.notPosthaste(this);
        }
    }

    /** A call that was done and has nothing to say. */
    void doneSilently() {
        if (status / 100 != 2) {
            throw Refusals.of(this);
        }
    }

    /** Whether the same call may well be taken later on. */
    boolean isTemporary() {
        return status == 408 || status == 429 || status == 502 || status == 503 || status == 504;
    }

    /** Whether this is the answer to an earlier call with the same key. */
    boolean isReplayed() {
        return headers.firstValue("Idempotent-Replayed").isPresent();
    }

    /** How long the server asks to wait, in seconds; 0 when it does not say. */
    long retryAfterSeconds() {
        return headers.firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(Long::parseLong)
                .orElse(0L);
    }
}
