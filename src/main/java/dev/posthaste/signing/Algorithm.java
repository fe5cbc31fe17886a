package dev.posthaste.signing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a secret signs. */
public enum Algorithm {
    /** HMAC-SHA256: sender and receiver share the secret. */
    HMAC,
    /** RFC 8032: the receiver holds the public key only. */
    ED25519;

    /** As it stands in the API and in the table. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that name; empty when there is none. */
    public static Optional<Algorithm> named(String wireName) {
        return Arrays.stream(values())
                .filter(one -> one.wireName().equals(wireName))
                .findFirst();
    }
}
