package dev.posthaste.web.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** The 401 answers. */
final class Unauthorized {
    static final String MISSING = "Missing authorization token";
    static final String INVALID = "Invalid authorization token";
    static final String ENDED = "The session has ended. Sign in again.";
    static final String NO_LINK =
            "The login link is not valid: it lasts ten minutes and can be used once. Have another one"
                    + " made with posthaste login-link.";

    static final String SCHEME = "Bearer";

    private Unauthorized() {}

    static Map<String, String> body(String message) {
        return Map.of("error", message);
    }

    static Response response(String message) {
        return Response.fromResponse(ApiException.errorResponse(401, message))
                .header(HttpHeaders.WWW_AUTHENTICATE, SCHEME)
                .build();
    }
}
