package dev.posthaste.json;

/** A text is not JSON, or nested too deep. The message says what is wrong and where; it goes on after "The body". */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message) {
        super(message);
    }
}
