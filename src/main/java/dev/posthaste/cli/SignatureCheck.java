package dev.posthaste.cli;

import dev.posthaste.signing.SecretText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a request's signatures: {@code X-Recuro-Signature}, and {@code webhook-signature} of Standard Webhooks 1.0,
 * with a shared secret or with the public key of a sender whose receivers hold none.
 *
 * @see <a href="https://www.standardwebhooks.com/">Standard Webhooks</a>
 */
final class SignatureCheck {
    /** What Standard Webhooks' own libraries allow a message to be early or late. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String PUBLIC_PREFIX = "whpk_";

    /** RFC 8410: what stands before the 32 bytes of an Ed25519 key in its X.509 form. */
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private final InstantSource clock;
    private final byte @Nullable [] secret;
    private final @Nullable PublicKey publicKey;

    /**
     * @param key {@code whsec_…} or a secret's own characters, or {@code whpk_…}
     * @throws IllegalArgumentException with a sentence when it is none of them
     */
    SignatureCheck(String key, InstantSource clock) {
        this.clock = clock;
        boolean isPublic = key.startsWith(PUBLIC_PREFIX);
        this.publicKey = isPublic ? publicKey(key.substring(PUBLIC_PREFIX.length())) : null;
        this.secret = isPublic ? null : secret(key);
    }

    /** A sentence about the signatures of a request. */
    String verdict(Function<String, @Nullable String> header, byte[] body) {
        // Only a shared secret makes and verifies that one.
        String recuro = publicKey == null ? header.apply("X-Recuro-Signature") : null;
        String standard = header.apply("webhook-signature");
        if (recuro == null && standard == null) {
            return "signature: none";
        }
        if (!isNow(recuro == null ? null : header.apply("X-Recuro-Timestamp"))
                || !isNow(standard == null ? null : header.apply("webhook-timestamp"))) {
            return "signature: INVALID, its time is more than five minutes from now";
        }
        boolean isValid = (recuro == null || isRecuro(recuro, header.apply("X-Recuro-Timestamp"), body))
                && (standard == null
                        || isStandard(standard, header.apply("webhook-id"), header.apply("webhook-timestamp"), body));
        return isValid ? "signature: valid" : "signature: INVALID";
    }

    private boolean isNow(@Nullable String timestamp) {
        if (timestamp == null) {
            return true;
        }
        try {
            return Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant())
                            .abs()
                            .compareTo(TOLERANCE)
                    <= 0;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private boolean isRecuro(String signature, @Nullable String timestamp, byte[] body) {
        return MessageDigest.isEqual(
                HexFormat.of().formatHex(hmac(timestamp + ".", body)).getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isStandard(String signatures, @Nullable String id, @Nullable String timestamp, byte[] body) {
        String before = id + "." + timestamp + ".";
        return Arrays.stream(signatures.split(" ", -1)).anyMatch(entry -> isEntry(entry, before, body));
    }

    private boolean isEntry(String entry, String before, byte[] body) {
        if (publicKey != null) {
            return entry.startsWith("v1a,") && isSigned(entry.substring("v1a,".length()), publicKey, before, body);
        }
        String expected = "v1," + Base64.getEncoder().encodeToString(hmac(before, body));
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), entry.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isSigned(String signature, PublicKey key, String before, byte[] body) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(signed(before, body));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private byte[] hmac(String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(signed(before, body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static byte[] signed(String before, byte[] body) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        return signed.toByteArray();
    }

    private static byte[] secret(String text) {
        try {
            return SecretText.read(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--secret " + e.getMessage(), e);
        }
    }

    private static PublicKey publicKey(String base64) {
        try {
            byte[] raw = Base64.getDecoder().decode(base64);
            byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + raw.length);
            System.arraycopy(raw, 0, encoded, X509_HEAD.length, raw.length);
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("--secret must be 32 bytes in base64 behind " + PUBLIC_PREFIX + ".", e);
        }
    }
}
