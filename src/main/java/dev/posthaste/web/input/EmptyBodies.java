package dev.posthaste.web.input;

import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequestBytes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Reads the bodies of calls that have no fields: nothing or {@code {}} is fine, anything else a mistake. Thread-safe. */
public final class EmptyBodies {
    private final Bodies bodies;
    private final JsonDocument json;

    public EmptyBodies(Bodies bodies, JsonDocument json) {
        this.bodies = bodies;
        this.json = json;
    }

    /**
     * Sees to it that a call that takes no body has none, or an empty object.
     *
     * @throws ApiException when there is something in the body
     */
    public void check(HttpServletRequest call) throws IOException {
        if (!Bodies.hasBody(call)) {
            return;
        }
        RequestBytes body = bodies.single(call);
        if (body.isBlank()) {
            return;
        }
        Errors errors = new Errors();
        new FieldReader(json.readBody(body.text()), "", errors).refuseUnknown();
        errors.mustBeNone();
    }
}
