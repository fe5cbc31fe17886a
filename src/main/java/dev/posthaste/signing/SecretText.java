package dev.posthaste.signing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * How the bytes of an HMAC secret are written: {@code whsec_} and base64.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks 1.0</a>
 */
public final class SecretText {
    /** What a secret begins with. */
    public static final String PREFIX = "whsec_";

    /** So many bytes a secret has at least, and at most. */
    static final int MIN_BYTES = 24;

    static final int MAX_BYTES = 64;

    /** What belongs elsewhere, with some letters in place of others; a public key would let everybody sign. */
    private static final List<String> NO_SECRETS = List.of("whsec_", "whpk_", "whsk_", "v1,", "v1a,");

    private SecretText() {}

    private static boolean isMistaken(String text) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        return NO_SECRETS.stream().anyMatch(lowerCase::startsWith)
                || !text.strip().equals(text)
                || text.chars().anyMatch(Character::isISOControl);
    }

    /** As its owner gets it. */
    public static String write(byte[] secret) {
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    /**
     * The bytes of a secret that somebody brings: base64 behind {@code whsec_}; without that prefix the characters
     * themselves, as other senders use them.
     *
     * @throws IllegalArgumentException with a complaint that follows the field's name, when they are not 24 to 64
     */
    public static byte[] read(String text) {
        if (!text.startsWith(PREFIX) && isMistaken(text)) {
            throw new IllegalArgumentException("must be a secret: " + PREFIX + " and base64, or visible characters that"
                    + " do not begin like a key or a signature.");
        }
        byte[] bytes;
        try {
            bytes = text.startsWith(PREFIX)
                    ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
                    : text.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be base64 behind " + PREFIX + ".", e);
        }
        if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("must have " + MIN_BYTES + " to " + MAX_BYTES + " bytes.");
        }
        return bytes;
    }
}
