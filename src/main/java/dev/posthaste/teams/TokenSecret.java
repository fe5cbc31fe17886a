package dev.posthaste.teams;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A token as its owner knows it. The server keeps no more than its digest and the first characters. Not to be logged:
 * {@link #toString} shows the prefix only.
 *
 * <p>One that this server makes is {@code pht_}, 43 characters of base64url and 6 of checksum: the CRC-32 of the 43 in
 * base62 (0-9, A-Z, a-z), as scanners know it from other services. Those of before have no checksum.
 */
public record TokenSecret(String value) {
    private static final String MARK = "pht_";
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_CHARACTERS = 43;
    private static final int CHECKSUM_CHARACTERS = 6;
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Pattern CHECKED =
            Pattern.compile(MARK + "[A-Za-z0-9_-]{" + RANDOM_CHARACTERS + "}[A-Za-z0-9]{" + CHECKSUM_CHARACTERS + "}");
    private static final int CHECKED_LENGTH = MARK.length() + RANDOM_CHARACTERS + CHECKSUM_CHARACTERS;
    private static final int SHOWN_CHARACTERS = 8;

    /** A new one, from 256 random bits. */
    public static TokenSecret generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String characters = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new TokenSecret(MARK + characters + checksum(characters));
    }

    /** Whether a person may choose this value: 20 to 200 visible ASCII characters, and no misspelt one of ours. */
    public boolean isAcceptable() {
        return value.length() >= 20
                && value.length() <= 200
                && value.chars().allMatch(c -> c > ' ' && c < 0x7f)
                && !isMisspelt();
    }

    /** Whether it looks like one that this server has made and cannot be: its checksum is that of another. */
    public boolean isMisspelt() {
        if (value.length() != CHECKED_LENGTH || !CHECKED.matcher(value).matches()) {
            return false;
        }
        int end = CHECKED_LENGTH - CHECKSUM_CHARACTERS;
        return !checksum(value.substring(MARK.length(), end)).equals(value.substring(end));
    }

    /** What tells it from others in a list: too short to be of use to anybody else. */
    public String prefix() {
        return value.substring(0, Math.min(SHOWN_CHARACTERS, value.length() / 3));
    }

    /** What is kept in place of the value. No salt and no stretching: the value is random and long. */
    public byte[] sha256() {
        return Hashing.sha256().hashString(value, StandardCharsets.UTF_8).asBytes();
    }

    private static String checksum(String characters) {
        long rest = Hashing.crc32()
                .hashString(characters, StandardCharsets.US_ASCII)
                .padToLong();
        StringBuilder checksum = new StringBuilder(CHECKSUM_CHARACTERS);
        for (int i = 0; i < CHECKSUM_CHARACTERS; i++) {
            checksum.append(BASE62.charAt((int) (rest % BASE62.length())));
            rest /= BASE62.length();
        }
        return checksum.reverse().toString();
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
