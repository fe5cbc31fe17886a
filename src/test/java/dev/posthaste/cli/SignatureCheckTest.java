package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code receive --secret} says of the signatures of a request. */
class SignatureCheckTest {
    private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, String> STANDARD = Map.of(
            "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp", "1614265330",
            "webhook-signature", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    /** HMAC-SHA256, computed elsewhere, with the secret's bytes. */
    private static final Map<String, String> RECURO = Map.of(
            "X-Recuro-Timestamp",
            "1614265330",
            "X-Recuro-Signature",
            "e96203c6de850e7dc1fde7489ef6140b402d3a5a64fe250cd2eef9830fac1cef");

    @Test
    void bothKindsAreVerified() {
        assertThat(verdict(SECRET, STANDARD)).isEqualTo("signature: valid");
        assertThat(verdict(SECRET, RECURO)).isEqualTo("signature: valid");
        assertThat(verdict(SECRET, both())).isEqualTo("signature: valid");
        assertThat(verdict(SECRET, Map.of())).isEqualTo("signature: none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-id", "webhook-signature", "X-Recuro-Signature"})
    void oneThatWasChangedIsInvalid(String header) {
        Map<String, String> changed = both();
        changed.merge(header, "x", String::concat);

        assertThat(verdict(SECRET, changed)).isEqualTo("signature: INVALID");
    }

    @Test
    void aWrongSecretAndATamperedBodyAreInvalid() {
        assertThat(verdict("another secret of the team", both())).isEqualTo("signature: INVALID");
        assertThat(new SignatureCheck(SECRET, InstantSource.fixed(AT))
                        .verdict(both()::get, "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("signature: INVALID");
    }

    @ParameterizedTest
    @ValueSource(longs = {-301, 301})
    void aTimeFarFromNowIsInvalid(long seconds) {
        SignatureCheck check = new SignatureCheck(SECRET, InstantSource.fixed(AT.plusSeconds(seconds)));

        assertThat(check.verdict(both()::get, BODY)).contains("INVALID", "five minutes");
    }

    @Test
    void whatIsNoSecretIsSaidToBeNone() {
        for (String key : new String[] {"short", "whsec_c2hvcnQ=", "whpk_c2hvcnQ="}) {
            assertThatThrownBy(() -> new SignatureCheck(key, InstantSource.system()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("--secret must");
        }
    }

    /** The receiver of a public key has nothing that Recuro's signature could be held against. */
    @Test
    void aPublicKeyVerifiesNothingThatWasSignedWithASecret() {
        String key = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

        assertThat(verdict(key, STANDARD)).isEqualTo("signature: INVALID");
        assertThat(verdict(key, RECURO)).isEqualTo("signature: none");
    }

    private static Map<String, String> both() {
        Map<String, String> both = new HashMap<>(STANDARD);
        both.putAll(RECURO);
        return both;
    }

    private static String verdict(String key, Map<String, String> headers) {
        return new SignatureCheck(key, InstantSource.fixed(AT)).verdict(headers::get, BODY);
    }
}
