package dev.posthaste.web.input;

import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import org.jspecify.annotations.Nullable;

/** Reads what somebody signs in with. Thread-safe. */
public final class SignInReader {
    private final JsonDocument json;

    /** Reads bodies as all calls do. */
    public SignInReader(JsonDocument json) {
        this.json = json;
    }

    /**
     * One of the two.
     *
     * @param token null where it is a link
     * @param link the code that a login link carries, null where it is a token
     */
    public record SignIn(@Nullable String token, @Nullable String link) {
        /** Shows neither. */
        @Override
        public String toString() {
            return token == null ? "a link" : "a token";
        }
    }

    /** @throws ApiException 422 when it is neither or both */
    public SignIn read(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        String token = fields.text("token");
        String link = fields.text("link");
        if (errors.isEmpty() && token == null && link == null) {
            fields.complain("token", "is required.");
        }
        if (token != null && link != null) {
            fields.complain("link", "must not be given together with token.");
        }
        fields.refuseUnknown();
        errors.mustBeNone();
        return new SignIn(token, link);
    }
}
