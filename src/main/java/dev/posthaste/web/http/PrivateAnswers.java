package dev.posthaste.web.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Keeps answers to whoever came with a cookie out of all caches: without an {@code Authorization} header a cache between takes
 * them for everybody's, and a browser would keep them on its disk after its user has signed out. Thread-safe.
 */
public final class PrivateAnswers implements ContainerResponseFilter {
    private static final String BY_COOKIE = PrivateAnswers.class.getName();
    private static final String NOWHERE = "private, no-store";

    /** What is sent already with answers that hold a secret, whoever gets them. */
    private static final String NOT_AT_ALL = "no-store";

    /** Notes that a call is let in, or refused, by a cookie. */
    static void note(ContainerRequestContext request) {
        request.setProperty(BY_COOKIE, true);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BY_COOKIE) != null
                && !NOT_AT_ALL.equals(response.getHeaderString(HttpHeaders.CACHE_CONTROL))) {
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, NOWHERE);
        }
    }
}
