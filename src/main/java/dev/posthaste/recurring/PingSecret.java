package dev.posthaste.recurring;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a ping URL ends with: whoever knows it can report on one cron, and nothing else. It is shown to whoever may read the
 * cron, so it is kept as it is. Not to be logged: {@link #toString} does not show it.
 */
public record PingSecret(String value) {
    private static final int RANDOM_BYTES = 24;

    /** A new one, from 192 random bits, in characters that a URL has as they are. */
    static PingSecret generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new PingSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** By which it is found: what a look-up compares tells nothing of the secret by the time that it takes. */
    public byte[] sha256() {
        return Hashing.sha256().hashString(value, StandardCharsets.UTF_8).asBytes();
    }

    @Override
    public String toString() {
        return "a ping secret";
    }
}
