package dev.posthaste.jsonpath;

/** An evaluation was given up: the path selects or compares too much of this document. */
public final class TooMuchWorkException extends RuntimeException {
    TooMuchWorkException() {
        super("The evaluation of a JSONPath took too much work.");
    }
}
