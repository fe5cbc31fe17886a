package dev.posthaste.web.http;

import dev.posthaste.sql.SqlFailure;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.teams.Tokens;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks a token that was let in from memory up again before its call is refused: no transaction has looked at it then, and
 * a token that was revoked a moment ago is 401, whatever else is wrong. Thread-safe.
 */
public final class RememberedTokens implements ContainerResponseFilter {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedTokens.class);
    private static final String SECRET = RememberedTokens.class.getName();
    private static final int UNAUTHORIZED = 401;

    private final Tokens tokens;

    public RememberedTokens(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Notes that a call was let in with a secret that nobody has looked up for it. */
    static void note(ContainerRequestContext request, TokenSecret secret) {
        request.setProperty(SECRET, secret);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        boolean isRefusal = response.getStatus() >= 400 && response.getStatus() < 500;
        if (isRefusal
                && response.getStatus() != UNAUTHORIZED
                && request.getProperty(SECRET) instanceof TokenSecret secret
                && isGone(secret)) {
            response.setStatus(UNAUTHORIZED);
            response.setEntity(Unauthorized.body(Unauthorized.INVALID), null, MediaType.APPLICATION_JSON_TYPE);
            response.getHeaders().putSingle(HttpHeaders.WWW_AUTHENTICATE, Unauthorized.SCHEME);
        }
    }

    private boolean isGone(TokenSecret secret) {
        try {
            return tokens.authenticate(secret).isEmpty();
        } catch (RuntimeException e) {
            if (!SqlFailure.isPassing(e)) {
                throw e;
            }
            LOG.warn("A refused call keeps its answer, because its token cannot be looked up: {}", e.getMessage());
            return false;
        }
    }
}
