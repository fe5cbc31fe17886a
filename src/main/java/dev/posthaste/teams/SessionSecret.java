package dev.posthaste.teams;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What a browser shows as its session's cookie, or what a login link carries: 256 random bits in base64url. The server keeps
 * no more than its digest. Not to be logged: {@link #toString} shows nothing of it.
 */
public record SessionSecret(String value) {
    private static final int RANDOM_BYTES = 32;
    private static final Pattern OURS = Pattern.compile("[A-Za-z0-9_-]{43}");

    /** A new one. */
    static SessionSecret generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new SessionSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Whether this server may have made it; what cannot be is not looked up. */
    public boolean isPossible() {
        return OURS.matcher(value).matches();
    }

    /** What is kept in place of the value. No salt and no stretching: the value is random and long. */
    public byte[] sha256() {
        return Hashing.sha256().hashString(value, StandardCharsets.UTF_8).asBytes();
    }

    @Override
    public String toString() {
        return "…";
    }
}
