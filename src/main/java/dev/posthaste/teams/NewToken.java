package dev.posthaste.teams;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that is wanted.
 *
 * @param name tells it from others in a list: 1 to 255 characters, none of them control characters
 * @param expiresAt from when on it is refused, null for never
 */
public record NewToken(String name, Scopes scopes, @Nullable Instant expiresAt) {}
