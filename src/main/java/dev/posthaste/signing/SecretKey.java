package dev.posthaste.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The operator's key, which is never in the database: it wraps the installation's key there. Immutable. {@link #toString}
 * shows its fingerprint only.
 */
public final class SecretKey {
    private static final String PLACE = "installation key";
    private static final int SHOWN_BYTES = 4;

    private final byte[] bytes;
    private final AuthenticatedCipher cipher;

    private SecretKey(byte[] bytes, SecureRandom random) {
        this.bytes = bytes;
        this.cipher = new AuthenticatedCipher(bytes, random);
    }

    /** A new one, from 256 random bits. */
    public static SecretKey generate(SecureRandom random) {
        byte[] bytes = new byte[AuthenticatedCipher.KEY_BYTES];
        random.nextBytes(bytes);
        return new SecretKey(bytes, random);
    }

    /**
     * Reads what {@link #text} has written, or {@code openssl rand -base64 32}.
     *
     * @throws IllegalArgumentException with a sentence when it is not 32 bytes in base64
     */
    public static SecretKey parse(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != AuthenticatedCipher.KEY_BYTES) {
            // Nothing of what was given: it may be a secret in the wrong place.
            throw new IllegalArgumentException("A secret key is " + AuthenticatedCipher.KEY_BYTES
                    + " bytes in base64, 44 characters; secret-key generate prints one.");
        }
        return new SecretKey(bytes, new SecureRandom());
    }

    /** For whoever keeps it: base64. */
    public String text() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Tells keys apart without telling anything of them: 8 hex digits of a digest. */
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("posthaste secret key ".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(bytes), 0, SHOWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    String wrap(byte[] installationKey) {
        return cipher.seal(installationKey, PLACE);
    }

    /** Empty when it was wrapped by another key. */
    Optional<byte[]> unwrap(String wrapped) {
        return cipher.open(wrapped, PLACE);
    }

    @Override
    public String toString() {
        return "secret key " + fingerprint();
    }
}
