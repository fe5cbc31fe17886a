package dev.posthaste.quartz;

/**
 * A firing could not be made now for a reason that has nothing to do with it, and nothing has happened: it waits again, for
 * a second or so. Who throws it has told the operator.
 */
public final class PutBackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was in the way */
    PutBackException(String message) {
        super(message);
    }

    /** @param cause what was in the way */
    public PutBackException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
