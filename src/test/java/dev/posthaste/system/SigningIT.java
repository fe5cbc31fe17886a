package dev.posthaste.system;

import static dev.posthaste.system.Signatures.assertSigned;
import static dev.posthaste.system.Signatures.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The secrets of a team, and whose requests they sign. How requests are signed {@link SigningScenarios} hold. */
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
    void aSecretFromSomewhereElseIsTheKeyAsItStands() {
        byte[] secret = secret(rotate("{\"secret\": \"a secret from somewhere else\"}"));
        assertThat(secret).isEqualTo("a secret from somewhere else".getBytes(StandardCharsets.UTF_8));

        api.push("{\"queue\": \"q\", \"body\": \"b\", \"url\": \"" + receiver.url("/given") + "\"}");

        assertThat(arrivals("/given", 1)).allSatisfy(arrival -> assertSigned(arrival, secret));
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
        assertThat(arrival.header("webhook-signature")).doesNotContain(" ");
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
        Api stranger = server.apiOfTeam("another");

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

    private void assertRefused(String body, String message) {
        HttpResponse<String> answer = api.post("/api/signing-secrets", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).get("message").asText()).isEqualTo(message);
        assertThat(Api.json(api.get("/api/signing-secrets")).get("data")).isEmpty();
    }

    private JsonNode rotate(String body) {
        return Stage.rotate(api, body);
    }

    private List<RecordingReceiver.Arrival> arrivals(String path, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> receiver.count(path) >= count);
        return receiver.arrivals(path);
    }
}
