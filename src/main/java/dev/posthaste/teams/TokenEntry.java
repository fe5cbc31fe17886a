package dev.posthaste.teams;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is listed.
 *
 * @param expiresAt null for never
 * @param revokedAt null while it is not revoked
 */
public record TokenEntry(
        long id,
        String team,
        String name,
        String prefix,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {}
