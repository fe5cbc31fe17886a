package dev.posthaste.teams;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A token as its owner knows it. The server keeps no more than its digest and the first characters. Not to be logged:
 * {@link #toString} shows the prefix only.
 */
public record TokenSecret(String value) {
    private static final String MARK = "pht_";
    private static final int RANDOM_BYTES = 32;
    private static final int SHOWN_CHARACTERS = 8;

    /** A new one, from 256 random bits. */
    public static TokenSecret generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new TokenSecret(MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Whether a person may choose this value: 20 to 200 visible ASCII characters. */
    public boolean isAcceptable() {
        return value.length() >= 20 && value.length() <= 200 && value.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** What tells it from others in a list: too short to be of use to anybody else. */
    public String prefix() {
        return value.substring(0, Math.min(SHOWN_CHARACTERS, value.length() / 3));
    }

    /** What is kept in place of the value. No salt and no stretching: the value is random and long. */
    public byte[] sha256() {
        return Hashing.sha256().hashString(value, StandardCharsets.UTF_8).asBytes();
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
