package dev.posthaste.web.input;

import dev.posthaste.contract.ContractName;
import dev.posthaste.signing.Algorithm;
import dev.posthaste.signing.SecretText;
import dev.posthaste.signing.SigningSecrets.Rotation;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads what is wanted of a new signing secret: everything has a default, the body too. Thread-safe. */
public final class RotationReader {
    private static final int MAX_OVERLAP_HOURS = 168;
    private static final int OVERLAP_HOURS = 24;

    private final JsonDocument json;

    public RotationReader(JsonDocument json) {
        this.json = json;
    }

    /**
     * The rotation that the call asks for.
     *
     * @throws ApiException 422 when a field is not valid
     */
    public Rotation read(HttpServletRequest call, Bodies bodies) throws IOException {
        String body = Bodies.hasBody(call) ? bodies.single(call).text() : "{}";
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        Algorithm algorithm = algorithm(fields);
        String secret = secret(fields);
        if (secret != null && algorithm == Algorithm.ED25519) {
            fields.complain("secret", "can be given for hmac only.");
        }
        Integer overlapHours = fields.integerBetween("overlap_hours", 0, MAX_OVERLAP_HOURS);
        Boolean force = fields.flag("force");
        fields.refuseUnknown();
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
        return new Rotation(
                algorithm, secret, overlapHours == null ? OVERLAP_HOURS : overlapHours, Boolean.TRUE.equals(force));
    }

    private static Algorithm algorithm(FieldReader fields) {
        String name = fields.text("algorithm");
        if (name == null) {
            return Algorithm.HMAC;
        }
        return ContractName.find(Algorithm.class, name).orElseGet(() -> {
            fields.complainOfChoice("algorithm");
            return Algorithm.HMAC;
        });
    }

    private static @Nullable String secret(FieldReader fields) {
        String secret = fields.text("secret");
        if (secret != null) {
            try {
                SecretText.read(secret);
            } catch (IllegalArgumentException e) {
                fields.complain("secret", String.valueOf(e.getMessage()));
            }
        }
        return secret;
    }
}
