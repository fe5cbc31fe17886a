package dev.posthaste.jobs;

import java.util.Locale;

/** Every way in which a run can fail. The names in lower case are those of the contract and of the {@code runs} table. */
public enum FailureReason {
    TIMEOUT,
    CONNECTION_ERROR,
    DNS_ERROR,
    SSL_ERROR,
    HTTP_CLIENT_ERROR,
    HTTP_SERVER_ERROR,
    HTTP_REDIRECT,
    INVALID_RESPONSE,
    INVALID_URL,
    BLOCKED_ADDRESS,
    ASSERTION_FAILED,
    INTERRUPTED,
    UNKNOWN;

    /** The contract's spelling, such as {@code connection_error}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reverse of {@link #wireName()}; throws {@link IllegalArgumentException} for a name that is none. */
    public static FailureReason fromWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
