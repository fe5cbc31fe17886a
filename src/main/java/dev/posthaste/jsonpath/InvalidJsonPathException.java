package dev.posthaste.jsonpath;

/** A text is no JSONPath query. The message says what is wrong and where, without a full stop. */
public final class InvalidJsonPathException extends Exception {
    InvalidJsonPathException(String message, int position) {
        super(message + " at character " + (position + 1));
    }
}
