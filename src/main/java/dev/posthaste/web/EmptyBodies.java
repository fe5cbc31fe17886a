package dev.posthaste.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Reads the bodies of calls that have no fields: nothing or {@code {}} is fine, anything else a mistake. Thread-safe. */
final class EmptyBodies {
    private final Bodies bodies;
    private final JsonDocument json;

    EmptyBodies(Bodies bodies, JsonDocument json) {
        this.bodies = bodies;
        this.json = json;
    }

    /** @throws ApiException when there is something in the body */
    void check(HttpServletRequest call) throws IOException {
        if (!Bodies.hasBody(call)) {
            return;
        }
        RequestBytes body = bodies.single(call);
        if (body.isBlank()) {
            return;
        }
        Errors errors = new Errors();
        new FieldReader(json.readBody(body.text()), "", errors).refuseUnknown();
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
    }
}
