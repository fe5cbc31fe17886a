package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrashIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private Path directory = Path.of("");
    private RecordingReceiver receiver;
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void prepare() throws IOException {
        Path target = Files.createDirectories(Path.of("target", "servers").toAbsolutePath());
        directory = Files.createTempDirectory(target, "crash");
        receiver = new RecordingReceiver();
    }

    @AfterEach
    void close() {
        released.countDown();
        receiver.close();
    }

    @Test
    void aJobThatWasAcceptedSurvivesAKillRightAfterTheAnswer() throws IOException, InterruptedException {
        long id;
        ServerProcess killed = ServerProcess.start(directory);
        id = killed.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/later") + "\", \"delay\": 1}");
        killed.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(SOON).until(() -> !receiver.arrivals("/later").isEmpty());
            await().atMost(SOON)
                    .until(() -> server.api().job(id).get("status").asText().equals("completed"));
        }
        assertThat(receiver.arrivals("/later")).hasSize(1);
    }

    @Test
    void aRequestThatWasInFlightIsSentAgainAndBothRunsAreShown() throws IOException, InterruptedException {
        receiver.script("/hanging", (exchange, count) -> {
            if (count == 1) {
                released.await();
            }
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess killed = ServerProcess.start(directory);
        long id = killed.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/hanging") + "\"}");
        await().atMost(SOON).until(() -> receiver.arrivals("/hanging").size() == 1);
        assertThat(killed.api().job(id).get("status").asText()).isEqualTo("processing");
        killed.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(SOON)
                    .until(() -> server.api().job(id).get("status").asText().equals("completed"));
            JsonNode job = server.api().job(id);
            assertThat(job.get("runs")).hasSize(2);
            assertThat(job.at("/runs/0/failure_reason").asText()).isEqualTo("interrupted");
            assertThat(job.at("/runs/0/executed_at").isNull()).isTrue();
            assertThat(job.at("/runs/1/failure_reason").isNull()).isTrue();
            assertThat(job.get("chain")).hasSize(1);
        }
        assertThat(receiver.arrivals("/hanging")).hasSize(2);
    }

    @Test
    void aCallbackThatHadNotGoneOutGoesOutAfterTheRestart() throws IOException, InterruptedException {
        receiver.script("/callback", (exchange, count) -> {
            if (count == 1) {
                released.await();
            }
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess killed = ServerProcess.start(directory);
        long id = killed.api()
                .push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/done") + "\", \"callback_url\": \""
                        + receiver.url("/callback") + "\"}");
        await().atMost(SOON).until(() -> receiver.arrivals("/callback").size() == 1);
        killed.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(SOON)
                    .until(() -> server.api()
                            .job(id)
                            .at("/callbacks/0/status")
                            .asText()
                            .equals("delivered"));
            assertThat(server.api().job(id).get("runs")).hasSize(1);
        }
        assertThat(receiver.arrivals("/done")).hasSize(1);
        assertThat(receiver.arrivals("/callback").get(1).body())
                .isEqualTo(receiver.arrivals("/callback").get(0).body());
    }

    @Test
    void stoppingLetsWhatIsInFlightEnd() throws IOException {
        receiver.script("/slow", (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess stopping = ServerProcess.start(directory);
        long id = stopping.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/slow") + "\"}");
        await().atMost(SOON).until(() -> receiver.arrivals("/slow").size() == 1);

        stopping.terminate();
        await().atMost(SOON).until(() -> refuses(stopping));
        assertThat(stopping.isAlive()).isTrue();
        released.countDown();
        await().atMost(SOON).until(() -> !stopping.isAlive());

        try (ServerProcess server = ServerProcess.start(directory)) {
            JsonNode job = server.api().job(id);
            assertThat(job.get("status").asText()).isEqualTo("completed");
            assertThat(job.get("runs")).hasSize(1);
        }
        assertThat(receiver.arrivals("/slow")).hasSize(1);
    }

    private static boolean refuses(ServerProcess server) {
        try {
            return server.api().get("/api/health").statusCode() != 200;
        } catch (UncheckedIOException e) {
            return true;
        }
    }
}
