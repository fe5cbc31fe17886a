package dev.posthaste.teams;

import java.security.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A valid token, and so whoever calls with it.
 *
 * @param scopes what it may do; they never change
 * @param expiresAt null for never
 */
public record ApiToken(
        long id,
        long teamId,
        String name,
        Scopes scopes,
        @Nullable Instant expiresAt) implements Principal {
    @Override
    public String getName() {
        return name;
    }
}
