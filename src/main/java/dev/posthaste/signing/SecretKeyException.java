package dev.posthaste.signing;

/** The secret key is wanting or is another one; the message is a sentence for the operator. */
public final class SecretKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message by itself understandable, without any secret */
    public SecretKeyException(String message) {
        super(message);
    }

    /** @param message by itself understandable, without any secret */
    public SecretKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
