package dev.posthaste.oneshots;

/**
 * A firing could not be made now for a reason that has nothing to do with it, and nothing has happened: it waits again, for
 * a second or so, or not at all where others can make it. Who throws it has told the operator.
 */
public final class PutBackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean isAtOnce;

    /** @param message what was in the way */
    public PutBackException(String message) {
        this(message, false);
    }

    private PutBackException(String message, boolean isAtOnce) {
        super(message);
        this.isAtOnce = isAtOnce;
    }

    /** One that is no reason for others to wait: it is this node that may not make the firing. */
    static PutBackException atOnce(String message) {
        return new PutBackException(message, true);
    }

    /** @param cause what was in the way */
    public PutBackException(Throwable cause) {
        super(cause.getMessage(), cause);
        this.isAtOnce = false;
    }

    boolean isAtOnce() {
        return isAtOnce;
    }
}
