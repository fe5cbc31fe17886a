package dev.posthaste.web.http;

import jakarta.ws.rs.core.Response;

/**
 * What a page that a browser shows is sent with, so that nothing that stands in it can do more than it was made for.
 *
 * @param policy its {@code Content-Security-Policy}
 */
public record PageHeaders(String policy) {
    /** Adds them to an answer. */
    public void addTo(Response.ResponseBuilder answer) {
        answer.header("Content-Security-Policy", policy)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }
}
