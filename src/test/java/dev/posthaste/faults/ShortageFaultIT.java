package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that has more in flight than the system lets it have descriptors or threads. */
class ShortageFaultIT {
    private static final int JOBS = 400;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** As {@code delivery.lease}: without a check-in for so long the others would take over. */
    private static final Duration LEASE = Duration.ofSeconds(8);

    private final CountDownLatch released = new CountDownLatch(1);
    private final TestDatabase database = TestDatabase.fresh();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
    }

    @AfterEach
    void stop() {
        released.countDown();
        receiver.close();
        database.close();
    }

    /** Its receivers take all that it has, and its database and its callers still find some. */
    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void withFewDescriptorsANodeKeepsItsLeaseAndAnswersItsCallers(int descriptors) throws Exception {
        try (ServerProcess server = start("ulimit -n " + descriptors)) {
            push(server);
            await().atMost(SOON).until(() -> server.log().contains("no file descriptor left"));
            assertLivesOn(server);
            assertAllAreSentOnce(server);
        }
    }

    @Test
    void withFewThreadsANodeKeepsItsLeaseAndAnswersItsCallers() throws Exception {
        Needed.root("the number of threads can be limited by root only, for a user who has no others");
        int user = 100_000 + Math.floorMod(ProcessHandle.current().pid(), 20_000);
        // The limit counts all that the user has: so one who has nothing else.
        try (ServerProcess server =
                start("ulimit -u 90; set -- setpriv --reuid=" + user + " --regid=" + user + " --clear-groups \"$@\"")) {
            push(server);
            await().atMost(SOON).until(() -> receiver.count("/held") > 10);
            assertLivesOn(server);
            assertThat(receiver.count("/held")).as("held, with so few threads").isLessThan(JOBS);
            assertAllAreSentOnce(server);
            // The admin port and Java's own handler of SIGTERM need some; those that deliver end when they have idled.
            await().atMost(SOON).until(() -> threads(server) < 75);
            assertThat(server.isHealthy()).isTrue();
        }
    }

    private void assertLivesOn(ServerProcess server) throws SQLException {
        for (int i = 0; i < 3; i++) {
            long before = checkIn();
            await().atMost(LEASE).until(() -> checkIn() > before);
            assertThat(server.api().get("/api/health").statusCode()).isEqualTo(200);
            assertThat(server.api().post("/api/jobs", job("/later", "other", 1)).statusCode())
                    .isEqualTo(201);
        }
    }

    private void assertAllAreSentOnce(ServerProcess server) {
        released.countDown();
        await().atMost(SOON).until(() -> count("jobs where status = 'completed'") == JOBS + 3);
        assertThat(receiver.count("/held")).isEqualTo(JOBS);
        assertThat(receiver.count("/later")).isEqualTo(3);
        await().atMost(SOON).until(() -> count("runs") == JOBS + 3);
        assertThat(server.api().get("/api/health").statusCode()).isEqualTo(200);
    }

    private static long threads(ServerProcess server) throws IOException {
        try (var threads = Files.list(Path.of("/proc", String.valueOf(server.pid()), "task"))) {
            return threads.count();
        }
    }

    private ServerProcess start(String limiting) throws IOException {
        return ServerProcess.startWithin(limiting, ServerProcess.directory("node"), database.settings());
    }

    private void push(ServerProcess server) {
        String jobs = IntStream.range(0, JOBS)
                .mapToObj(i -> job("/held", "q" + i % 2, 0))
                .collect(Collectors.joining(", ", "{\"jobs\": [", "]}"));
        assertThat(server.api().post("/api/jobs/batch", jobs).statusCode()).isEqualTo(201);
    }

    private String job(String path, String queue, int delay) {
        return "{\"queue\": \"" + queue + "\", \"retry_delays\": [], \"timeout_seconds\": 240, \"url\": \""
                + receiver.url(path) + "\", \"delay\": " + delay + "}";
    }

    private long checkIn() throws SQLException {
        return database.number("select max(last_checkin_time) from qrtz_scheduler_state");
    }

    private long count(String rows) throws SQLException {
        return database.number("select count(*) from " + rows);
    }
}
