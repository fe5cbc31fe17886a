package dev.posthaste.postgres;

/** The server cannot start on this database; the message is a sentence that tells its operator why and what to do. */
public final class DatabaseUnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message for a person, by itself understandable */
    public DatabaseUnusableException(String message) {
        super(message);
    }

    /** @param message for a person, by itself understandable */
    public DatabaseUnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
