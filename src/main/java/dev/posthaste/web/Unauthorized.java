package dev.posthaste.web;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** The 401 answers. */
final class Unauthorized {
    static final String MISSING = "Missing authorization token";
    static final String INVALID = "Invalid authorization token";

    private Unauthorized() {}

    static Response response(String message) {
        return Response.fromResponse(ApiException.errorResponse(401, message))
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }
}
