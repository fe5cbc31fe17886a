package dev.posthaste.web.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/** Asks for the token where OPTIONS is called: Jersey answers it by itself, past the filter of the resource. */
@Priority(Priorities.AUTHENTICATION)
public final class OptionsFilter implements ContainerRequestFilter {
    private static final String FOR_EVERYBODY = "api/health";

    private final BearerAuthFilter tokens;

    /** Asks as those calls do. */
    public OptionsFilter(BearerAuthFilter tokens) {
        this.tokens = tokens;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getMethod().equals(HttpMethod.OPTIONS)
                && !FOR_EVERYBODY.equals(request.getUriInfo().getPath())) {
            tokens.filter(request);
        }
    }
}
