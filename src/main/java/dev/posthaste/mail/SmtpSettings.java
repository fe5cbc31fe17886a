package dev.posthaste.mail;

import org.jspecify.annotations.Nullable;

/**
 * The operator's mail server.
 *
 * @param user null for one that asks for none
 * @param password likewise
 * @param from the address that mail comes from
 */
public record SmtpSettings(
        String host,
        int port,
        Security security,
        @Nullable String user,
        @Nullable String password,
        String from) {
    /** How the connection is secured. */
    public enum Security {
        /** Not at all: for a server on the same machine. */
        NONE,
        /** By STARTTLS, without which nothing is sent. */
        STARTTLS,
        /** From the first octet on. */
        TLS
    }

    /** Without the password. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
