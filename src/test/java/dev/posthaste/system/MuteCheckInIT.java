package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network forgets the one connection on which a node says that it is alive, as firewalls do, and tells nobody. */
class MuteCheckInIT {
    /** Less than a connection of the API or of claims waits for an answer. */
    private static final Duration SOON = Duration.ofSeconds(25);

    private final TestDatabase database = TestDatabase.fresh();
    private DatabaseLine line;
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        line = new DatabaseLine(database);
        server = ServerProcess.start(ServerProcess.directory("mute"), line.settings());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        line.close();
        database.close();
    }

    @Test
    void aNodeChecksInOnAnotherConnectionAtOnce() throws Exception {
        line.muteTheCheckIns();
        long before = lastCheckIn();
        // One that was under way may still have been counted.
        await().atMost(SOON)
                .until(() -> lastCheckIn() > before + Duration.ofSeconds(6).toMillis());

        try (RecordingReceiver receiver = new RecordingReceiver()) {
            server.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\"}");
            await().atMost(SOON).until(() -> receiver.count("/work") == 1);
        }
        assertThat(server.log()).as("the lease held").doesNotContain("this node has lost the lease");
    }

    @Test
    void aNodeThatCannotCheckInSaysSoThoughTheDatabaseAnswers() {
        line.muteAllCheckIns();

        await().until(() -> server.api().get("/api/health").statusCode() == 503);
    }

    private long lastCheckIn() throws Exception {
        return database.number("select max(last_checkin_time) from qrtz_scheduler_state");
    }
}
