package dev.posthaste.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.jobs.BodyOctets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeamSigningTest {
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330, 999_000_000);
    private static final byte[] SECRET = SecretText.read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    private static final byte[] OTHER = "another secret of 32 characters!".getBytes(StandardCharsets.UTF_8);

    /** The example that the libraries of Standard Webhooks are tested with. */
    @Test
    void theExampleOfStandardWebhooksIsSignedAsItSays() {
        Map<String, String> headers =
                hmac(SECRET).headers("msg_p5jXN8AQM9LWM0D4loKWxJek", AT, new BodyOctets("{\"test\": 2432232314}"));

        assertThat(headers)
                .containsEntry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "ä€😀", "\u0000\r\n", "x\uD83D"})
    void recurosSignatureIsOfTheSecondAndTheOctetsThatAreSent(String body) throws Exception {
        Map<String, String> headers = hmac(SECRET).headers("job_1", AT, new BodyOctets(body));

        assertThat(headers)
                .containsEntry("X-Recuro-Timestamp", "1614265330")
                .containsEntry("X-Recuro-Signature", hex(SECRET, "1614265330." + body));
    }

    @Test
    void aBodyOfManyPiecesIsSignedAsAWhole() throws Exception {
        String body = "x" + "😀€".repeat(30_000);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        new BodyOctets(body).forEach(sent::writeBytes);

        Map<String, String> headers = hmac(SECRET).headers("job_1", AT, new BodyOctets(body));

        assertThat(sent.toByteArray()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
        assertThat(headers).containsEntry("X-Recuro-Signature", hex(SECRET, "1614265330." + body));
    }

    @Test
    void aMessageWithoutABodyIsSignedAsAnEmptyOne() throws Exception {
        Map<String, String> headers = hmac(SECRET).headers("job_1", AT, new BodyOctets(null));

        assertThat(headers).containsEntry("X-Recuro-Signature", hex(SECRET, "1614265330."));
    }

    @Test
    void duringAnOverlapTheNewSecretSignsFirstAndTheOldOneBesideItUntilItsEnd() throws Exception {
        TeamSigning signing = new TeamSigning(
                List.of(
                        SigningSecret.of(2, Algorithm.HMAC, OTHER, null),
                        SigningSecret.of(1, Algorithm.HMAC, SECRET, AT.plusMillis(1))),
                new ReentrantLock());
        String ofNew = "v1," + base64(OTHER, "job_1.1614265330.x");
        String ofOld = "v1," + base64(SECRET, "job_1.1614265330.x");

        assertThat(signing.headers("job_1", AT, new BodyOctets("x")))
                .containsEntry("webhook-signature", ofNew + " " + ofOld)
                .containsEntry("X-Recuro-Signature", hex(OTHER, "1614265330.x"));
        assertThat(signing.headers("job_1", AT.plusMillis(1), new BodyOctets("x"))
                        .get("webhook-signature"))
                .doesNotContain(" ");
    }

    @Test
    void aPublicKeyVerifiesWhatItsPrivateOneSigned() throws Exception {
        SigningSecret.KeyBytes pair = SigningSecret.generatePair();
        TeamSigning signing = new TeamSigning(
                List.of(SigningSecret.of(1, Algorithm.ED25519, pair.privateKey(), null)), new ReentrantLock());

        Map<String, String> headers = signing.headers("job_1", AT, new BodyOctets("ä"));

        assertThat(headers).doesNotContainKeys("X-Recuro-Signature", "X-Recuro-Timestamp");
        String entry = String.valueOf(headers.get("webhook-signature"));
        assertThat(entry).startsWith("v1a,");
        java.security.Signature verifier = java.security.Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey(SigningSecret.publicText(pair.publicKey())));
        verifier.update("job_1.1614265330.ä".getBytes(StandardCharsets.UTF_8));
        assertThat(verifier.verify(Base64.getDecoder().decode(entry.substring(4))))
                .isTrue();
    }

    /** Recuro's signature has room for one, which only a secret that the receiver shares can make. */
    @Test
    void besideAPublicKeyTheSharedSecretMakesRecurosSignature() throws Exception {
        TeamSigning signing = new TeamSigning(
                List.of(
                        SigningSecret.of(
                                2,
                                Algorithm.ED25519,
                                SigningSecret.generatePair().privateKey(),
                                null),
                        SigningSecret.of(1, Algorithm.HMAC, SECRET, AT.plusSeconds(1))),
                new ReentrantLock());

        Map<String, String> headers = signing.headers("job_1", AT, new BodyOctets("x"));

        assertThat(headers).containsEntry("X-Recuro-Signature", hex(SECRET, "1614265330.x"));
        assertThat(headers.get("webhook-signature")).matches("v1a,\\S+ v1,\\S+");
    }

    @Test
    void aTeamWithoutASecretSignsNothing() {
        assertThat(TeamSigning.NONE.headers("job_1", AT, new BodyOctets("x"))).isEmpty();
    }

    @Test
    void aSecretIsBase64BehindItsPrefixOrItsOwnCharacters() {
        assertThat(SecretText.read(SecretText.write(OTHER))).isEqualTo(OTHER);
        assertThat(SecretText.read(new String(OTHER, StandardCharsets.UTF_8))).isEqualTo(OTHER);
        assertThat(SecretText.read("x".repeat(24))).hasSize(24);
        assertThat(SecretText.read("x".repeat(64))).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "too short",
                "xxxxxxxxxxxxxxxxxxxxxxx",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "whsec_",
                "whsec_c2hvcnQ=",
                "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "whsk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "a secret with a line break at its end\n",
                "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
            })
    void whatIsNoSecretOf24To64BytesIsRefused(String text) {
        assertThatThrownBy(() -> SecretText.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingThatHoldsASecretShowsIt() {
        SecretKey key = SecretKey.parse(TestKeys.SECRET_KEY);

        assertThat(key.toString()).isEqualTo("secret key " + key.fingerprint()).doesNotContain(TestKeys.SECRET_KEY);
        assertThat(SigningSecret.of(7, Algorithm.HMAC, SECRET, null).toString()).isEqualTo("signing secret 7");
        assertThat(new SigningSecrets.Rotation(Algorithm.HMAC, "brought", 1, false).toString())
                .doesNotContain("brought");
        assertThat(new SigningSecrets.Made(new SigningSecretEntry(7, Algorithm.HMAC, null, AT, null), "whsec_shown")
                        .toString())
                .doesNotContain("whsec_shown");
    }

    private static TeamSigning hmac(byte[] secret) {
        return new TeamSigning(List.of(SigningSecret.of(1, Algorithm.HMAC, secret, null)), new ReentrantLock());
    }

    private static PublicKey publicKey(String text) throws Exception {
        byte[] head = HexFormat.of().parseHex("302a300506032b6570032100");
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.writeBytes(head);
        encoded.writeBytes(Base64.getDecoder().decode(text.substring("whpk_".length())));
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
    }

    private static String hex(byte[] secret, String text) throws Exception {
        return HexFormat.of().formatHex(mac(secret, text));
    }

    private static String base64(byte[] secret, String text) throws Exception {
        return Base64.getEncoder().encodeToString(mac(secret, text));
    }

    private static byte[] mac(byte[] secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
