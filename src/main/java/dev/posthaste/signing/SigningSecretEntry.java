package dev.posthaste.signing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A signing secret as it is listed.
 *
 * @param publicKey {@code whpk_} and base64; null for a secret that the receivers share
 * @param endsAt until when it signs beside a newer one; null for the newest
 */
public record SigningSecretEntry(
        long id,
        Algorithm algorithm,
        @Nullable String publicKey,
        Instant createdAt,
        @Nullable Instant endsAt) {}
