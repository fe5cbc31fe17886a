package dev.posthaste.web.http;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.LastUses;
import dev.posthaste.teams.TokenSecret;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a valid token in the {@code Authorization} header, and nowhere else: a query string ends up in logs.
 */
@Priority(Priorities.AUTHENTICATION)
public final class BearerAuthFilter extends AuthFilter<TokenSecret, ApiToken> {
    private static final String SCHEME = "bearer ";
    private static final Set<String> PUSHING = Set.of("api/jobs", "api/jobs/batch");

    private final TokenCheck tokens;
    private final TokenCheck whilePushing;
    private final FailedAuthentications failures;
    private final LastUses uses;

    @Context
    private @Nullable HttpServletRequest call;

    /**
     * @param tokens for every call
     * @param whilePushing for those that push jobs, whose transaction looks at the token again
     */
    public BearerAuthFilter(TokenCheck tokens, TokenCheck whilePushing, FailedAuthentications failures, LastUses uses) {
        this.tokens = tokens;
        this.whilePushing = whilePushing;
        this.failures = failures;
        this.uses = uses;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        TokenSecret secret = secret(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        if (secret == null) {
            throw new WebApplicationException(Unauthorized.response(Unauthorized.MISSING));
        }
        boolean isPush = isPush(request);
        ApiToken token = authenticate(secret, isPush ? whilePushing : tokens);
        if (isPush) {
            RememberedTokens.note(request, secret);
        }
        boolean isSecure = request.getSecurityContext() != null
                && request.getSecurityContext().isSecure();
        request.setSecurityContext(new Caller(token, isSecure));
    }

    private ApiToken authenticate(TokenSecret secret, TokenCheck check) {
        String address = CallerAddress.of(call == null ? null : call.getRemoteAddr());
        Duration wait = failures.delay(address, secret);
        if (!wait.isZero()) {
            throw ApiException.tooManyFailures(wait);
        }
        byte[] sha256 = secret.sha256();
        Optional<ApiToken> token = check.authenticate(secret, sha256);
        if (token.isEmpty()) {
            failures.noteBad(address, secret);
            throw new WebApplicationException(Unauthorized.response(Unauthorized.INVALID));
        }
        failures.noteGood(sha256);
        uses.note(token.get().id());
        return token.get();
    }

    private static boolean isPush(ContainerRequestContext request) {
        return request.getMethod().equals(HttpMethod.POST)
                && PUSHING.contains(request.getUriInfo().getPath());
    }

    private static @Nullable TokenSecret secret(@Nullable String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
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
