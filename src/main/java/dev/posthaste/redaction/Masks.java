package dev.posthaste.redaction;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is shown in place of a value: {@code REDACTED:} and eight hex digits of its HMAC-SHA256 under the installation's
 * key. Equal values have equal masks, so that a person can tell whether a secret has changed. Thread-safe.
 */
public final class Masks {
    private static final String MARK = "REDACTED:";
    private static final int SHOWN_BYTES = 4;
    private static final Pattern MASK = Pattern.compile(MARK + "[0-9a-f]{8}");
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac keyed;

    /** @param key the installation's, of which nothing can be learnt from masks */
    public Masks(byte[] key) {
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /** Whether a mask stands in a text, which nobody means to send. */
    public static boolean isIn(String text) {
        return MASK.matcher(text).find();
    }

    /** The headers of a request or an answer as they are shown, in their order; null for null. */
    public @Nullable Map<String, String> headersOrNull(@Nullable Map<String, String> headers, Redaction redaction) {
        return headers == null ? null : headers(headers, redaction);
    }

    /** The headers of a request or an answer as they are shown, in their order. */
    public Map<String, String> headers(Map<String, String> headers, Redaction redaction) {
        Map<String, String> shown = null;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (redaction.hidesHeader(header.getKey())) {
                shown = shown == null ? new LinkedHashMap<>(headers) : shown;
                shown.put(header.getKey(), mask(header.getValue()));
            }
        }
        return shown == null ? headers : shown;
    }

    /** The body of a request as it is shown; null for none. */
    public @Nullable String body(@Nullable String body, Redaction redaction) {
        return body != null && redaction.hidesBody() ? mask(body) : body;
    }

    /** What is kept of the body of an answer, as it is shown; null for none. */
    public @Nullable String responseBody(@Nullable String body, Redaction redaction) {
        return body != null && redaction.hidesResponseBody() ? mask(body) : body;
    }

    /** How that body is encoded; null where a mask stands in its place, which is not. */
    public @Nullable String responseEncoding(@Nullable String encoding, Redaction redaction) {
        return redaction.hidesResponseBody() ? null : encoding;
    }

    /**
     * What is told of a success assertion that does not hold: without what it quotes of an answer, where that is hidden.
     *
     * @param message its type, for {@code header_equals} the name, and then whatever it compares and has found
     */
    public @Nullable String objection(@Nullable String message, Redaction redaction) {
        if (message == null) {
            return null;
        }
        String[] words = message.split(" ", 3);
        return switch (words[0]) {
            case "body_contains", "body_not_contains", "json_path_equals" ->
                redaction.hidesResponseBody() ? words[0] + " does not hold; the body is redacted." : message;
            case "header_equals" ->
                words.length < 3 || hidesHeader(words[1], redaction)
                        ? words[0] + " does not hold; the header is redacted."
                        : message;
            default -> message;
        };
    }

    /** A message has the beginning of a long name only: what it may be counts. */
    private static boolean hidesHeader(String name, Redaction redaction) {
        return name.endsWith("…") || redaction.hidesHeader(name);
    }

    /** A URL that is a secret by itself: its scheme and authority, and a mask of it all. */
    public String url(String url) {
        int authority = url.indexOf("://") + 3;
        int end = authority;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.substring(0, end) + "/" + mask(url);
    }

    /** Eight hex digits that all nodes of this installation have, and hardly another one: they are made with its key. */
    public String nameOfInstallation() {
        return digits("the name of this installation");
    }

    private String mask(String value) {
        return MARK + digits(value);
    }

    private String digits(String value) {
        try {
            // A copy of one that has taken in its key: half the work of a new one.
            Mac mac = (Mac) keyed.clone();
            byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, SHOWN_BYTES);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HmacSHA256 can be copied", e);
        }
    }
}
