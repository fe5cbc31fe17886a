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
}
