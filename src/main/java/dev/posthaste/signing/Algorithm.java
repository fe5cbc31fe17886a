package dev.posthaste.signing;

import dev.posthaste.contract.ContractName;

/** How a secret signs. */
public enum Algorithm implements ContractName {
    /** HMAC-SHA256: sender and receiver share the secret. */
    HMAC,
    /** RFC 8032: the receiver holds the public key only. */
    ED25519
}
