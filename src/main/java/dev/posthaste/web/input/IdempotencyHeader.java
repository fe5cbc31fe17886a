package dev.posthaste.web.input;

import com.google.common.hash.Hashing;
import dev.posthaste.intake.Submission;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequestBytes;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key} header. */
public final class IdempotencyHeader {
    static final String NAME = "Idempotency-Key";

    private static final int MAX_CHARACTERS = 255;

    private IdempotencyHeader() {}

    /**
     * The client's key, null when there is none: the octets that came, each as a character of ISO 8859-1, so that no two
     * keys are taken for one. Its length and its characters are judged as UTF-8 where it is that.
     *
     * @throws ApiException 422 when there are several, or it is too long or has characters that nobody sees
     */
    public static @Nullable String key(HttpServletRequest call) {
        List<String> keys = Collections.list(call.getHeaders(NAME));
        if (keys.isEmpty()) {
            return null;
        }
        String key = keys.get(0);
        Errors errors = new Errors();
        if (keys.size() > 1) {
            errors.add(NAME, "must be given only once.");
        }
        String text = spelt(key);
        if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
            errors.add(NAME, "must not be greater than " + MAX_CHARACTERS + " characters.");
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            errors.add(NAME, "must not contain control characters.");
        }
        errors.mustBeNone();
        return text.isBlank() ? null : key;
    }

    private static String spelt(String key) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return key;
        }
    }

    /** What the client promises by its key. */
    public static Submission.Idempotency promise(String key, String path, RequestBytes body) {
        return new Submission.Idempotency(key, digest(path, body));
    }

    private static String digest(String path, RequestBytes body) {
        return Hashing.sha256()
                .newHasher()
                .putString(path + "\n", StandardCharsets.UTF_8)
                .putBytes(body.bytes())
                .hash()
                .toString();
    }
}
