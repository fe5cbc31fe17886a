package dev.posthaste.teams;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is listed.
 *
 * @param lastUsedAt to the minute; null for never
 * @param expiresAt null for never
 * @param revokedAt null while it is not revoked
 */
public record TokenEntry(
        long id,
        String team,
        String name,
        String prefix,
        Scopes scopes,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {}
