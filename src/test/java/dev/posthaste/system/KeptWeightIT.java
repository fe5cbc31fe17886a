package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever follows from a job with a large body weighs as much as it does: otherwise claims would not be bounded. */
class KeptWeightIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BYTES = 100_000;

    private final TestDatabase database = TestDatabase.fresh();
    private RecordingReceiver receiver;
    private ServerProcess server;
    private Api api;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        server = ServerProcess.start(ServerProcess.directory("weights"), database.settings());
        api = server.api();
    }

    @AfterEach
    void stop() {
        server.close();
        receiver.close();
        database.close();
    }

    @Test
    void aRetryWeighsWhatTheFirstAttemptDid() throws SQLException {
        push("\"retry_delays\": [3600]");

        awaitWaiting();
        assertThat(weight()).isGreaterThanOrEqualTo(BYTES);
    }

    @Test
    void aReplayWeighsWhatTheReplayedJobDid() throws SQLException {
        long id = push("\"retry_delays\": []");
        await().atMost(SOON).until(() -> api.job(id).get("status").asText().equals("failed"));
        pauseTheQueue();

        assertThat(api.post("/api/jobs/" + id + "/replay", "").statusCode()).isEqualTo(201);

        awaitWaiting();
        assertThat(weight()).isGreaterThanOrEqualTo(BYTES);
    }

    @Test
    void aChangedJobWeighsWhatItsNewBodyDoes() throws SQLException {
        long id = push("\"delay\": 3600");

        api.patch("/api/jobs/" + id, "{\"payload\": {\"x\": \"" + "y".repeat(3 * BYTES) + "\"}}");
        assertThat(weight()).isGreaterThanOrEqualTo(3 * BYTES);

        api.patch("/api/jobs/" + id, "{\"payload\": {}}");
        assertThat(weight()).isZero();
    }

    @Test
    void aCallbackWeighsWhatItReportsAgainAndAgain() throws SQLException {
        byte[] large = "z".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
        receiver.script("/large", (exchange, count) -> {
            exchange.sendResponseHeaders(200, large.length);
            exchange.getResponseBody().write(large);
        });
        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/large") + "\", \"callback_url\": \""
                + receiver.url("/failing") + "\"}");

        await().atMost(SOON).until(() -> receiver.count("/failing") == 1);
        awaitWaiting();

        assertThat(weight()).isGreaterThanOrEqualTo(large.length);
    }

    private long push(String more) {
        return api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/failing") + "\", \"payload\": {\"x\": \""
                + "y".repeat(BYTES) + "\"}, " + more + "}");
    }

    private void pauseTheQueue() {
        long queue = Api.json(api.get("/api/queues")).at("/data/0/id").asLong();
        assertThat(api.post("/api/queues/" + queue + "/pause", "").statusCode()).isEqualTo(200);
    }

    private void awaitWaiting() {
        await().atMost(SOON).until(() -> database.number("select count(*) from qrtz_triggers") == 1);
    }

    private long weight() throws SQLException {
        return database.number("select weight from qrtz_triggers");
    }
}
