package dev.posthaste.web.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Checks tokens. What was found is remembered for a moment, under the token's digest; whoever acts on it must look again
 * in the transaction that acts, as the intake does. Thread-safe.
 */
public final class TokenCheck {
    private static final int MAX_REMEMBERED = 10_000;

    private final Tokens tokens;
    private final Cache<ByteBuffer, ApiToken> remembered;

    /** @param keep how long a token counts as valid without being looked up; zero for not at all */
    public TokenCheck(Tokens tokens, Duration keep) {
        this.tokens = tokens;
        this.remembered = Caffeine.newBuilder()
                .maximumSize(keep.isZero() ? 0 : MAX_REMEMBERED)
                .expireAfterWrite(keep)
                .build();
    }

    Optional<ApiToken> authenticate(TokenSecret secret, byte[] sha256) {
        ByteBuffer digest = ByteBuffer.wrap(sha256);
        ApiToken known = remembered.getIfPresent(digest);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<ApiToken> found = tokens.authenticate(secret);
        found.ifPresent(token -> remembered.put(digest, token));
        return found;
    }
}
