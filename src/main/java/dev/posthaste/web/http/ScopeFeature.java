package dev.posthaste.web.http;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Puts a check behind the authentication of each method that needs a scope. One that takes a token and says nothing of scopes
 * keeps the server from starting: nothing is open because it was forgotten.
 */
public final class ScopeFeature implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Method method = resource.getResourceMethod();
        RequiresScope required = method.getAnnotation(RequiresScope.class);
        if (required != null) {
            context.register(new Check(required.value()), Priorities.AUTHORIZATION);
        } else if (Arrays.asList(method.getParameterTypes()).contains(ApiToken.class)
                && !method.isAnnotationPresent(AnyScope.class)) {
            throw new IllegalStateException(method + " does not say which scope it needs");
        }
    }

    private record Check(Scope scope) implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            boolean isGiven = request.getSecurityContext().getUserPrincipal() instanceof ApiToken token
                    && token.scopes().has(scope);
            if (!isGiven) {
                throw ApiException.lacksScope(scope);
            }
        }
    }
}
