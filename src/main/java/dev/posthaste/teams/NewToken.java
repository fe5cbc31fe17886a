package dev.posthaste.teams;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that is wanted.
 *
 * @param name tells it from others in a list: 1 to 255 characters, none of them control characters
 * @param expiresAt from when on it is refused, null for never
 */
public record NewToken(String name, Scopes scopes, @Nullable Instant expiresAt) {
    /** The same, that ends when that of its maker does at the latest; null for one that does not. */
    public NewToken within(@Nullable Instant end) {
        boolean isLonger = end != null && (expiresAt == null || expiresAt.isAfter(end));
        return isLonger ? new NewToken(name, scopes, end) : this;
    }
}
