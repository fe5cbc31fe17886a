package dev.posthaste.web.http;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.SessionSecret;
import dev.posthaste.teams.TokenSecret;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a valid token in the {@code Authorization} header, or without that header the cookie of a session, and
 * nothing in a query: that ends up in logs.
 */
@Priority(Priorities.AUTHENTICATION)
public final class BearerAuthFilter extends AuthFilter<TokenSecret, ApiToken> {
    private static final String SCHEME = "bearer ";
    private static final Set<String> PUSHING = Set.of("api/jobs", "api/jobs/batch");

    private final Authentication authentication;
    private final TokenCheck tokens;
    private final TokenCheck whilePushing;
    private final Optional<SessionCookie> cookie;

    /**
     * @param tokens for every call
     * @param whilePushing for those that push jobs, whose transaction looks at the token again
     * @param cookie the one that lets in as well; empty for none
     */
    public BearerAuthFilter(
            Authentication authentication, TokenCheck tokens, TokenCheck whilePushing, Optional<SessionCookie> cookie) {
        this.authentication = authentication;
        this.tokens = tokens;
        this.whilePushing = whilePushing;
        this.cookie = cookie;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        ApiToken token = header == null ? bySession(request) : byToken(request, header);
        boolean isSecure = request.getSecurityContext() != null
                && request.getSecurityContext().isSecure();
        request.setSecurityContext(new Caller(token, isSecure));
    }

    private ApiToken byToken(ContainerRequestContext request, String header) {
        TokenSecret secret = secret(header);
        if (secret == null) {
            throw new WebApplicationException(Unauthorized.response(Unauthorized.MISSING));
        }
        boolean isPush = isPush(request);
        ApiToken token = authentication.byToken(RawCall.of(request), secret, isPush ? whilePushing : tokens);
        if (isPush) {
            RememberedTokens.note(request, secret);
        }
        return token;
    }

    private ApiToken bySession(ContainerRequestContext request) {
        HttpServletRequest call = RawCall.of(request);
        Optional<SessionSecret> secret = call == null ? Optional.empty() : cookie.flatMap(known -> known.of(call));
        if (call == null || secret.isEmpty()) {
            throw new WebApplicationException(Unauthorized.response(Unauthorized.MISSING));
        }
        PrivateAnswers.note(request);
        OwnPages.mustBeOurs(call);
        return authentication.bySession(call, secret.get());
    }

    private static boolean isPush(ContainerRequestContext request) {
        return request.getMethod().equals(HttpMethod.POST)
                && PUSHING.contains(request.getUriInfo().getPath());
    }

    private static @Nullable TokenSecret secret(String header) {
        if (!header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return null;
        }
        String value = header.substring(SCHEME.length()).strip();
        return value.isEmpty() ? null : new TokenSecret(value);
    }

    private record Caller(ApiToken token, boolean isSecure) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return token;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
