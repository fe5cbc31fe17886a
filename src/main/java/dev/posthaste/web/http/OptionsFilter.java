package dev.posthaste.web.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.Set;

/** Asks for the token where OPTIONS is called: Jersey answers it by itself, past the filter of the resource. */
@Priority(Priorities.AUTHENTICATION)
public final class OptionsFilter implements ContainerRequestFilter {
    private static final Set<String> FOR_EVERYBODY = Set.of("api/health", "api/live", "api/ready");

    private final BearerAuthFilter tokens;

    /** Asks as those calls do. */
    public OptionsFilter(BearerAuthFilter tokens) {
        this.tokens = tokens;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getMethod().equals(HttpMethod.OPTIONS)
                && !FOR_EVERYBODY.contains(request.getUriInfo().getPath())) {
            tokens.filter(request);
        }
    }
}
