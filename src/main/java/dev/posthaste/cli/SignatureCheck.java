package dev.posthaste.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a request's signatures: {@code X-Recuro-Signature}, and {@code webhook-signature} of Standard Webhooks 1.0.
 *
 * @see <a href="https://www.standardwebhooks.com/">Standard Webhooks</a>
 */
final class SignatureCheck {
    private final byte[] secret;

    SignatureCheck(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** A sentence about the signatures of a request. */
    String verdict(Function<String, @Nullable String> header, byte[] body) {
        String recuro = header.apply("X-Recuro-Signature");
        String standard = header.apply("webhook-signature");
        if (recuro == null && standard == null) {
            return "signature: none";
        }
        boolean isValid = (recuro == null || isRecuro(recuro, header.apply("X-Recuro-Timestamp"), body))
                && (standard == null
                        || isStandard(standard, header.apply("webhook-id"), header.apply("webhook-timestamp"), body));
        return isValid ? "signature: valid" : "signature: INVALID";
    }

    private boolean isRecuro(String signature, @Nullable String timestamp, byte[] body) {
        byte[] expected = hmac(timestamp + ".", body);
        return MessageDigest.isEqual(
                HexFormat.of().formatHex(expected).getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.UTF_8));
    }

    private boolean isStandard(String signatures, @Nullable String id, @Nullable String timestamp, byte[] body) {
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(hmac(id + "." + timestamp + ".", body)))
                .getBytes(StandardCharsets.US_ASCII);
        for (String signature : signatures.split(" ", -1)) {
            if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }

    private byte[] hmac(String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            ByteArrayOutputStream signed = new ByteArrayOutputStream();
            signed.writeBytes(before.getBytes(StandardCharsets.UTF_8));
            signed.writeBytes(body);
            return mac.doFinal(signed.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
