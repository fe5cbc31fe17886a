package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jdi.VMDisconnectedException;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.system.FreePort;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running server loses a thread to an error that comes from nowhere; another node is there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostThreadFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TO_BE_RESTARTED = 70;

    private TestDatabase database;
    private RecordingReceiver receiver;
    private ServerProcess other;

    @BeforeAll
    void start() throws Exception {
        database = TestDatabase.fresh();
        receiver = new RecordingReceiver();
        other = ServerProcess.start(ServerProcess.directory("other"), database.settings());
    }

    @AfterAll
    void stop() {
        other.close();
        receiver.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "posthaste-scheduler",
                "posthaste-discovery",
                "posthaste-check-in",
                "MisfireHandler",
                "delivery-threads"
            })
    void itIsUnhealthyAtOnceAndEndsToBeStartedAgain(String thread) throws Exception {
        int port = FreePort.find();
        try (ServerProcess server = ServerProcess.start(
                ServerProcess.directory("lost"), database.settings(), List.of(ThreadKiller.option(port)))) {
            long job = server.api()
                    .push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/" + thread) + "\", \"delay\": 4}");
            try (ThreadKiller killer = ThreadKiller.attach(port)) {
                killer.kill(thread);
            } catch (VMDisconnectedException e) {
                // It has ended since.
            }

            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .atMost(SOON)
                    .until(() -> {
                        assertThat(health(server)).isNotEqualTo(200);
                        return !server.isAlive();
                    });
            assertThat(server.exitCode()).isEqualTo(TO_BE_RESTARTED);
            assertThat(server.log()).contains(thread).contains("have ended");
            await().atMost(SOON)
                    .until(() -> other.api().job(job).get("status").asText().equals("completed"));
            assertThat(receiver.count("/" + thread)).isOne();
        }
    }

    /** 0 when nobody answers any more. */
    private static int health(ServerProcess server) {
        try {
            return server.api().get("/api/health").statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }
}
