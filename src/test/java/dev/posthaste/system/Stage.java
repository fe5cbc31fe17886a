package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;

/** What scenarios play on: a server that reaches loopback, receivers, and a team whose requests are signed. */
final class Stage implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final RecordingReceiver receiver = new RecordingReceiver();
    private final SelfSignedServer selfSigned = new SelfSignedServer(ServerProcess.directory("scenario"));
    private final ServerInside server = new ServerInside(
            ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
            ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
    private final Api api = new Api(server.port(), ServerProcess.TOKEN);
    private final byte[] secret = Signatures.secret(rotate(api, "{}"));

    Stage() throws Exception {
        receiver.script("/never", (exchange, count) -> over.await());
        receiver.script("/failing", RecordingReceiver.status(500));
    }

    static JsonNode rotate(Api api, String secret) {
        HttpResponse<String> answer = api.post("/api/signing-secrets", secret);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer);
    }

    ServerInside server() {
        return server;
    }

    RecordingReceiver receiver() {
        return receiver;
    }

    SelfSignedServer selfSigned() {
        return selfSigned;
    }

    /** Opens when all is over, for what answers nobody. */
    CountDownLatch over() {
        return over;
    }

    Api api() {
        return api;
    }

    /** What signs the requests of the team. */
    byte[] secret() {
        return secret;
    }

    @Override
    public void close() {
        over.countDown();
        server.close();
        selfSigned.close();
        receiver.close();
    }
}
