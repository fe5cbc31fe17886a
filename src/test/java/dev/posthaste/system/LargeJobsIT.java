package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs as large as they may be, more of them than fit into a small heap. */
class LargeJobsIT {
    private static final int JOBS = 200;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final String payload = "{\"x\": \"" + "y".repeat(1_000_000) + "\"}";
    private final CountDownLatch released = new CountDownLatch(1);
    private Path directory = Path.of("");
    private RecordingReceiver receiver;

    @BeforeEach
    void prepare() throws IOException {
        directory = TestDataDirectory.fresh();
        receiver = new RecordingReceiver();
        receiver.keepNoBodies();
    }

    @AfterEach
    void close() {
        released.countDown();
        receiver.close();
    }

    @Test
    void moreThanFitIntoTheHeapAreAllSentAndHoldNobodyUp() throws IOException {
        try (ServerProcess server = start()) {
            Api api = server.api();
            String queue = "/api/queues/"
                    + Api.json(api.post("/api/queues", "{\"name\": \"large\"}"))
                            .get("id")
                            .asText();
            api.post(queue + "/pause", "");
            for (int i = 0; i < JOBS; i++) {
                pushLarge(api, "/large");
            }
            receiver.script("/large", (exchange, count) -> {
                if (count <= 20) {
                    released.await();
                }
                exchange.sendResponseHeaders(200, -1);
            });

            api.post(queue + "/resume", "");
            await().atMost(LONG).until(() -> receiver.count("/large") >= 10);
            api.push("{\"queue\": \"small\", \"url\": \"" + receiver.url("/small") + "\"}");

            await().atMost(Duration.ofSeconds(10)).until(() -> receiver.count("/small") == 1);
            released.countDown();
            await().atMost(LONG).until(() -> receiver.count("/large") == JOBS);
            assertThat(server.log()).doesNotContain("OutOfMemoryError");
        }
    }

    @Test
    void whatWasInFlightIsRecoveredInASmallHeap() throws IOException, InterruptedException {
        receiver.script("/hanging", (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, -1);
        });
        // In a heap twice as large, so that the next one cannot hold what this one had in flight.
        ServerProcess killed = ServerProcess.start(directory, Map.of(), List.of("-Xmx1g"));
        for (int i = 0; i < JOBS / 2; i++) {
            pushLarge(killed.api(), "/hanging");
        }
        await().atMost(LONG).until(() -> receiver.count("/hanging") >= 50);
        killed.kill();
        int before = receiver.count("/hanging");
        released.countDown();

        try (ServerProcess server = start()) {
            await().atMost(LONG).until(() -> receiver.count("/hanging") == before + JOBS / 2);
            assertThat(server.log()).doesNotContain("OutOfMemoryError").contains("Recovered");
        }
    }

    private void pushLarge(Api api, String path) {
        api.push("{\"queue\": \"large\", \"url\": \"" + receiver.url(path) + "\", \"payload\": " + payload + "}");
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(directory, Map.of(), List.of("-Xmx128m"));
    }
}
