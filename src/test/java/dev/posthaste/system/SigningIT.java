package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.audit.Actor;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.teams.NewToken;
import dev.posthaste.teams.Scopes;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.Tokens;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is sent for a team that has a secret is signed with it, as the contract says under "What the server sends". */
class SigningIT {
    private RecordingReceiver receiver;
    private ServerInside server;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(
                ConfigOverride.config("secretKey", TestKeys.SECRET_KEY),
                ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void jobsRetriesAndCallbacksAreSigned() {
        byte[] secret = secret(rotate(""));
        receiver.script("/job", RecordingReceiver.statuses(500, 200));

        long id = api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/job")
                + "\", \"payload\": {\"ä\": \"😀\"}, \"retry_delays\": [1], \"callback_url\": \""
                + receiver.url("/callback") + "\"}");

        List<RecordingReceiver.Arrival> attempts = arrivals("/job", 2);
        assertThat(attempts)
                .allSatisfy(attempt -> assertSigned(attempt, secret))
                .extracting(attempt -> header(attempt, "webhook-id"))
                .containsOnly("job_" + id);
        List<RecordingReceiver.Arrival> callbacks = arrivals("/callback", 2);
        assertThat(callbacks)
                .allSatisfy(callback -> assertSigned(callback, secret))
                .extracting(callback -> header(callback, "webhook-id"))
                .doesNotHaveDuplicates()
                .allMatch(callbackId -> callbackId.startsWith("cb_"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> "completed"
                        .equals(api.job(id).get("chain").get(1).get("status").asText()));
        assertThat(api.job(id)
                        .get("runs")
                        .get(0)
                        .get("request_headers")
                        .get("webhook-id")
                        .asText())
                .isEqualTo("job_" + id);
    }

    @Test
    void requestsWithoutABodyAndLargeOnesAreSigned() {
        byte[] secret = secret(rotate("{\"secret\": \"a secret from somewhere else\"}"));
        assertThat(secret).isEqualTo("a secret from somewhere else".getBytes(StandardCharsets.UTF_8));

        api.push("{\"queue\": \"q\", \"method\": \"GET\", \"url\": \"" + receiver.url("/empty") + "\"}");
        api.push("{\"queue\": \"q\", \"body\": \"" + "ä€".repeat(100_000) + "\", \"url\": \"" + receiver.url("/large")
                + "\"}");

        assertThat(arrivals("/empty", 1)).allSatisfy(arrival -> assertSigned(arrival, secret));
        assertThat(arrivals("/large", 1)).allSatisfy(arrival -> assertSigned(arrival, secret));
    }

    @Test
    void duringAnOverlapBothSecretsSignTheNewOneFirst() {
        JsonNode first = rotate("");
        JsonNode second = rotate("{\"overlap_hours\": 1}");

        api.push("{\"queue\": \"q\", \"body\": \"x\", \"url\": \"" + receiver.url("/both") + "\"}");

        RecordingReceiver.Arrival arrival = arrivals("/both", 1).get(0);
        assertThat(List.of(header(arrival, "webhook-signature").split(" ")))
                .containsExactly(standard(arrival, secret(second)), standard(arrival, secret(first)));
        assertThat(header(arrival, "X-recuro-signature")).isEqualTo(recuro(arrival, secret(second)));
        JsonNode list = Api.json(api.get("/api/signing-secrets")).get("data");
        assertThat(list).hasSize(2);
        assertThat(list.toString()).doesNotContain("whsec_", "\"secret\"");
        assertThat(list.get(0).get("ends_at").isNull()).isTrue();
        assertThat(Instant.parse(list.get(1).get("ends_at").asText()))
                .isBetween(Instant.now().plusSeconds(3_000), Instant.now().plusSeconds(4_200));
    }

    @Test
    void aSecondRotationWithinTheOverlapIsRefusedUnlessForced() {
        rotate("");
        rotate("");

        HttpResponse<String> refused = api.post("/api/signing-secrets", "{}");
        JsonNode forced = rotate("{\"force\": true}");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("force");
        JsonNode list = Api.json(api.get("/api/signing-secrets")).get("data");
        assertThat(list).hasSize(2);
        assertThat(list.get(0).get("id")).isEqualTo(forced.get("id"));
    }

    @Test
    void withoutAnOverlapTheOldSecretEndsAtOnce() {
        rotate("");
        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/before") + "\"}");
        arrivals("/before", 1);
        byte[] second = secret(rotate("{\"overlap_hours\": 0}"));

        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/new") + "\"}");

        RecordingReceiver.Arrival arrival = arrivals("/new", 1).get(0);
        assertSigned(arrival, second);
        assertThat(header(arrival, "webhook-signature")).doesNotContain(" ");
    }

    @Test
    void aSecretThatIsDeletedSignsNoMore() {
        JsonNode made = rotate("");
        long id = made.get("id").asLong();
        // From now on this node knows it by heart.
        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/signed") + "\"}");
        assertSigned(arrivals("/signed", 1).get(0), secret(made));

        assertThat(api.delete("/api/signing-secrets/" + id).statusCode()).isEqualTo(204);

        assertThat(api.delete("/api/signing-secrets/" + id).statusCode()).isEqualTo(404);
        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/unsigned") + "\"}");
        RecordingReceiver.Arrival arrival = arrivals("/unsigned", 1).get(0);
        assertThat(arrival.headers()).doesNotContainKeys("Webhook-signature", "X-recuro-signature");
    }

    /** Taken back: what was signed before is signed on, for good. */
    @Test
    void whereTheNewestIsDeletedTheOneBeforeSignsOnWithoutAnEnd() throws Exception {
        JsonNode first = rotate("");
        long second = rotate("").get("id").asLong();

        assertThat(api.delete("/api/signing-secrets/" + second).statusCode()).isEqualTo(204);

        JsonNode list = Api.json(api.get("/api/signing-secrets")).get("data");
        assertThat(list).hasSize(1);
        assertThat(list.get(0).get("id")).isEqualTo(first.get("id"));
        assertThat(list.get(0).get("ends_at").isNull()).isTrue();
        assertThat(api.post("/api/signing-secrets", "").statusCode()).isEqualTo(201);
    }

    @Test
    void receiversOfAPublicKeyHoldNoSecret() {
        JsonNode made = rotate("{\"algorithm\": \"ed25519\"}");

        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/public") + "\"}");

        assertThat(made.has("secret")).isFalse();
        JsonNode keys = Api.json(api.get("/api/signing-keys")).get("data");
        assertThat(keys).hasSize(1);
        assertThat(keys.get(0).get("public_key").asText())
                .startsWith("whpk_")
                .isEqualTo(made.get("public_key").asText());
        RecordingReceiver.Arrival arrival = arrivals("/public", 1).get(0);
        assertThat(header(arrival, "webhook-signature")).matches("v1a,[A-Za-z0-9+/]{86}==");
        assertThat(arrival.headers()).doesNotContainKey("X-recuro-signature");
    }

    @Test
    void whatCannotBeASecretIsRefused() {
        assertRefused("{\"secret\": \"short\"}", "The secret field must have 24 to 64 bytes.");
        assertRefused("{\"secret\": \"whsec_!\"}", "The secret field must be base64 behind whsec_.");
        assertRefused("{\"algorithm\": \"rsa\"}", "The selected algorithm is invalid.");
        assertRefused("{\"overlap_hours\": 169}", "The overlap hours field must be between 0 and 168.");
        assertRefused(
                "{\"algorithm\": \"ed25519\", \"secret\": \"" + "x".repeat(32) + "\"}",
                "The secret field can be given for hmac only.");
        assertRefused("{\"typo\": 1}", "The typo field is unknown.");
    }

    /** It is told from no job of another team either. */
    @Test
    void anotherTeamsSecretSignsNothingHereAndIsNotToBeHad() throws Exception {
        long id = rotate("").get("id").asLong();
        Api stranger = new Api(server.port(), tokenOfAnotherTeam());

        assertThat(stranger.delete("/api/signing-secrets/" + id).statusCode()).isEqualTo(404);
        assertThat(Api.json(stranger.get("/api/signing-secrets")).get("data")).isEmpty();
        stranger.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/stranger") + "\"}");
        assertThat(arrivals("/stranger", 1).get(0).headers()).doesNotContainKey("Webhook-signature");
        assertThat(Api.json(api.get("/api/signing-secrets")).get("data")).hasSize(1);
    }

    /** Another node may have the key: what it cannot sign, this one leaves to it. */
    @Test
    void aNodeWithoutTheSecretKeySendsNothingUnsigned() throws Exception {
        Path directory = ServerProcess.directory("keyless");
        try (ServerProcess keyless =
                ServerProcess.start(directory, server.database().settings())) {
            byte[] secret = secret(rotate(""));
            assertThat(keyless.api().post("/api/signing-secrets", "{}").statusCode())
                    .isEqualTo(409);

            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                ids.add(keyless.api()
                        .push("{\"queue\": \"q\", \"body\": \"" + i + "\", \"url\": \"" + receiver.url("/keyless")
                                + "\", \"callback_url\": \"" + receiver.url("/keyless-callback") + "\"}"));
            }

            assertThat(arrivals("/keyless", ids.size())).allSatisfy(arrival -> assertSigned(arrival, secret));
            assertThat(arrivals("/keyless-callback", ids.size())).allSatisfy(arrival -> assertSigned(arrival, secret));
            assertThat(keyless.log()).contains("POSTHASTE_SECRET_KEY");
        }
        Files.deleteIfExists(directory);
    }

    private String tokenOfAnotherTeam() {
        Jdbi jdbi = Jdbi.create(server.database().dataSource());
        new Teams(jdbi, new TeamDao()).create("another", Actor.COMMAND_LINE);
        return new Tokens(jdbi, new SecureRandom())
                .create("another", new NewToken("of a test", Scopes.EVERY, null), Actor.COMMAND_LINE)
                .secret()
                .value();
    }

    private void assertRefused(String body, String message) {
        HttpResponse<String> answer = api.post("/api/signing-secrets", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).get("message").asText()).isEqualTo(message);
        assertThat(Api.json(api.get("/api/signing-secrets")).get("data")).isEmpty();
    }

    private JsonNode rotate(String body) {
        HttpResponse<String> answer = api.post("/api/signing-secrets", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer);
    }

    private List<RecordingReceiver.Arrival> arrivals(String path, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> receiver.count(path) >= count);
        return receiver.arrivals(path);
    }

    private static byte[] secret(JsonNode made) {
        String text = made.get("secret").asText();
        assertThat(text).startsWith("whsec_");
        return Base64.getDecoder().decode(text.substring("whsec_".length()));
    }

    /** As Recuro's snippets verify, and as the libraries of Standard Webhooks do. */
    private static void assertSigned(RecordingReceiver.Arrival arrival, byte[] secret) {
        assertThat(header(arrival, "X-recuro-signature")).isEqualTo(recuro(arrival, secret));
        assertThat(header(arrival, "webhook-signature").split(" ")).contains(standard(arrival, secret));
        assertThat(Duration.between(
                                Instant.ofEpochSecond(Long.parseLong(header(arrival, "webhook-timestamp"))),
                                arrival.at())
                        .abs())
                .isLessThan(Duration.ofMinutes(1));
    }

    private static String recuro(RecordingReceiver.Arrival arrival, byte[] secret) {
        return HexFormat.of().formatHex(mac(secret, header(arrival, "X-recuro-timestamp") + "." + arrival.body()));
    }

    private static String standard(RecordingReceiver.Arrival arrival, byte[] secret) {
        String signed =
                header(arrival, "webhook-id") + "." + header(arrival, "webhook-timestamp") + "." + arrival.body();
        return "v1," + Base64.getEncoder().encodeToString(mac(secret, signed));
    }

    private static String header(RecordingReceiver.Arrival arrival, String name) {
        String received = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return Objects.requireNonNull(arrival.headers().get(received), name).get(0);
    }

    private static byte[] mac(byte[] secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
