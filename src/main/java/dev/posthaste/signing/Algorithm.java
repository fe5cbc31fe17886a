package dev.posthaste.signing;

import dev.posthaste.wire.WireName;

/** How a secret signs. */
public enum Algorithm implements WireName {
    /** HMAC-SHA256: sender and receiver share the secret. */
    HMAC,
    /** RFC 8032: the receiver holds the public key only. */
    ED25519
}
