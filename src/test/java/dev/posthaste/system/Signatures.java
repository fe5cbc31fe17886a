package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How receivers verify what arrives: as Recuro's snippets do, and as the libraries of Standard Webhooks do. */
final class Signatures {
    /** RFC 8410: what stands before the 32 octets of an Ed25519 key in its SubjectPublicKeyInfo. */
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private Signatures() {}

    /** The key that a secret stands for, as the answer to its making tells it. */
    static byte[] secret(JsonNode made) {
        String text = made.get("secret").asText();
        assertThat(text).startsWith("whsec_");
        return Base64.getDecoder().decode(text.substring("whsec_".length()));
    }

    static void assertSigned(Arrival arrival, byte[] secret) {
        assertThat(arrival.header("X-Recuro-Signature")).isEqualTo(recuro(arrival, secret));
        assertThat(arrival.header("webhook-signature").split(" ")).contains(standard(arrival, secret));
        assertThat(Duration.between(
                                Instant.ofEpochSecond(Long.parseLong(arrival.header("webhook-timestamp"))),
                                arrival.at())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    static String recuro(Arrival arrival, byte[] secret) {
        return HexFormat.of().formatHex(mac(secret, arrival.header("X-Recuro-Timestamp") + "." + arrival.body()));
    }

    static String standard(Arrival arrival, byte[] secret) {
        return "v1," + Base64.getEncoder().encodeToString(mac(secret, signed(arrival)));
    }

    /** @param publicKey {@code whpk_} and base64 */
    static void assertSigned(Arrival arrival, String publicKey) throws GeneralSecurityException {
        assertThat(publicKey).startsWith("whpk_");
        byte[] octets = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
        PublicKey key = KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(
                        HexFormat.of().parseHex(ED25519_PREFIX + HexFormat.of().formatHex(octets))));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(signed(arrival).getBytes(StandardCharsets.UTF_8));
        String signature = arrival.header("webhook-signature");
        assertThat(signature).startsWith("v1a,");
        assertThat(verifier.verify(Base64.getDecoder().decode(signature.substring("v1a,".length()))))
                .isTrue();
    }

    private static String signed(Arrival arrival) {
        return arrival.header("webhook-id") + "." + arrival.header("webhook-timestamp") + "." + arrival.body();
    }

    private static byte[] mac(byte[] secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
