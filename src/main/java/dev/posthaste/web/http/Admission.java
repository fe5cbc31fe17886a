package dev.posthaste.web.http;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.SessionSecret;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * By what somebody was let in whose answer goes on: a token, or a session of it.
 *
 * @param session null for who has shown the token itself
 */
public record Admission(ApiToken token, @Nullable SessionSecret session) {
    /** That of a call which was let in with the token. */
    public static Admission of(HttpServletRequest call, ApiToken token, SessionCookie cookie) {
        boolean hasShownToken = call.getHeader(HttpHeaders.AUTHORIZATION) != null;
        return new Admission(token, hasShownToken ? null : cookie.of(call).orElse(null));
    }
}
