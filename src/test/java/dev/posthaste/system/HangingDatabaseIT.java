package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database does not answer any more, and its connections do not break either. */
class HangingDatabaseIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    /**
     * {@code delivery.stopWithin} and the 15 s that docs/operations.md asks for beside it. The test is about this time: a
     * process manager kills whoever takes longer.
     */
    private static final Duration PROMISED = Duration.ofSeconds(35);

    /** The same of a server that waits one second for deliveries. */
    private static final Duration PROMISED_OF_ONE_SECOND = Duration.ofSeconds(16);

    /** A few seconds, on a busy machine. */
    private static final Duration HURRIED = Duration.ofSeconds(10);

    private final TestDatabase database = TestDatabase.fresh();
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        clients.shutdownNow();
        database.close();
    }

    @Test
    void aServerThatIsToldToStopEndsInTimeAllTheSame() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (RecordingReceiver receiver = new RecordingReceiver();
                DatabaseLine line = new DatabaseLine(database);
                ServerProcess server = ServerProcess.start(ServerProcess.directory("hanging"), line.settings())) {
            receiver.script("/in-flight", (exchange, count) -> {
                answer.await();
                exchange.sendResponseHeaders(200, -1);
            });
            String job = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/in-flight") + "\"}";
            server.api().push(job);
            await().atMost(SOON).until(() -> receiver.count("/in-flight") == 1);

            line.stall();
            answer.countDown();
            Future<HttpResponse<String>> push =
                    clients.submit(() -> server.api().post("/api/jobs", job));
            Future<HttpResponse<String>> list =
                    clients.submit(() -> server.api().get("/api/queues"));
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            server.terminate();

            await().atMost(PROMISED).until(() -> !server.isAlive());
            for (Future<HttpResponse<String>> call : List.of(push, list)) {
                assertThat(call.get().statusCode()).isEqualTo(503);
                assertThat(call.get().headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(server.log())
                    .containsOnlyOnce("Posthaste stops, and waits up to 20 s for the deliveries in flight (1)");
        }
    }

    @Test
    void aServerThatIsToldToStopTwiceEndsWithinAFewSeconds() throws Exception {
        try (DatabaseLine line = new DatabaseLine(database);
                ServerProcess server = ServerProcess.start(ServerProcess.directory("hurried"), line.settings())) {
            stallUntilThreadsHang(line);
            server.terminate();
            await().until(() -> server.log().contains("Posthaste stops, and waits"));
            server.signal("TERM");

            await().atMost(HURRIED).until(() -> !server.isAlive());
        }
    }

    @Test
    void howLittleItMayWaitForDeliveriesItEndsInTime() throws Exception {
        List<String> options = new ArrayList<>(ClassArchive.options());
        options.add("-Ddw.delivery.stopWithin=1s");
        try (DatabaseLine line = new DatabaseLine(database);
                ServerProcess server =
                        ServerProcess.start(ServerProcess.directory("impatient"), line.settings(), options)) {
            stallUntilThreadsHang(line);
            server.terminate();

            await().atMost(PROMISED_OF_ONE_SECOND).until(() -> !server.isAlive());
            assertThat(server.log()).contains("waits up to 1 s for the deliveries");
        }
    }

    /** Each of those that look at the database now and then, which tells nobody when they do. */
    private static void stallUntilThreadsHang(DatabaseLine line) {
        line.stall();
        await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    }
}
