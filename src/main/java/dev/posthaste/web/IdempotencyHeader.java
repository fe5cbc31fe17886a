package dev.posthaste.web;

import dev.posthaste.intake.Submission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key} header. */
final class IdempotencyHeader {
    static final String NAME = "Idempotency-Key";

    private static final int LONGEST = 255;

    private IdempotencyHeader() {}

    /**
     * The client's promise, null when it made none.
     *
     * @throws ApiException 422 when the key is too long or has characters that nobody sees
     */
    static Submission.@Nullable Idempotency read(@Nullable String key, String path, RequestBytes body) {
        if (key == null || key.isBlank()) {
            return null;
        }
        Errors errors = new Errors();
        if (key.length() > LONGEST) {
            errors.add(NAME, "must not be greater than " + LONGEST + " characters.");
        }
        if (key.codePoints().anyMatch(Character::isISOControl)) {
            errors.add(NAME, "must not contain control characters.");
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
        return new Submission.Idempotency(key, digest(path, body));
    }

    private static String digest(String path, RequestBytes body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((path + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(body.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
