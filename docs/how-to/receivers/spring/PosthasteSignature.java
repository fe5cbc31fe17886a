import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Says whether a request comes from Posthaste, by Standard Webhooks. Needs nothing but Java 17; thread-safe. */
public final class PosthasteSignature {
    private static final long TOLERANCE_SECONDS = 300;

    private final SecretKeySpec key;

    /** @param secret whsec_… */
    public PosthasteSignature(String secret) {
        this.key = new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256");
    }

    /** @param body the bytes as they came, before anything has parsed them */
    public boolean holds(String id, String timestamp, String signatures, byte[] body) {
        if (id == null || id.isEmpty() || signatures == null || timestamp == null || !timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
            return false;
        }
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(hmac(id + "." + timestamp + ".", body)))
                .getBytes(StandardCharsets.UTF_8);
        boolean holds = false;
        // One entry for each secret, while two sign.
        for (String entry : signatures.split(" ")) {
            holds |= MessageDigest.isEqual(expected, entry.getBytes(StandardCharsets.UTF_8));
        }
        return holds;
    }

    private byte[] hmac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
