package dev.posthaste.delivery;

/**
 * A request was not tried for want of a resource of this process or its machine: not one byte of it has left, and the
 * receiver has nothing to do with it.
 */
public final class UnsentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was wanting and what can be done about it, for the operator */
    public UnsentException(String message, Throwable cause) {
        super(message, cause);
    }

    private UnsentException(String message) {
        super(message);
    }

    /** What should be signed never leaves unsigned. */
    static UnsentException unsigned() {
        return new UnsentException(
                "its team has a signing secret that this node cannot open: it needs the secret key of the"
                        + " other nodes (POSTHASTE_SECRET_KEY) and a restart");
    }
}
