package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted is counted once, whichever nodes do it and whatever becomes of them. */
class StatsOfTwoNodesIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int JOBS = 200;

    private TestDatabase database;
    private RecordingReceiver receiver;

    @BeforeEach
    void prepare() throws Exception {
        receiver = new RecordingReceiver();
        database = TestDatabase.empty();
    }

    @AfterEach
    void close() {
        receiver.close();
        database.close();
    }

    @Test
    void noCountIsLostWithANodeThatIsKilledBeforeItHasFlushed() throws Exception {
        ServerProcess killed = ServerProcess.start(ServerProcess.directory("killed"), database.settings());
        String job = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/counted") + "\"}";
        try (ServerProcess other = ServerProcess.start(ServerProcess.directory("other"), database.settings())) {
            killed.api().pushAll(job, JOBS);
            other.api().pushAll(job, JOBS);
            killed.api().pushAll(job.replace("}", ", \"delay\": 3600}"), JOBS);
            killed.kill();

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(total(other.api(), "delivered")).isEqualTo(2 * JOBS));
            assertThat(total(other.api(), "accepted")).isEqualTo(3 * JOBS);
            assertThat(total(other.api(), "failed_attempts")).isZero();
        }
        assertThat(database.number("select sum(accepted) from queue_counts")).isEqualTo(3 * JOBS);
        assertThat(database.number("select sum(accepted) from queue_stats where queue_id = 0"))
                .isEqualTo(3 * JOBS);
    }

    @Test
    void aNodeThatIsStoppedHasToldHowLateItWas() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerProcess.directory("stopped"), database.settings())) {
            long id = server.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/last") + "\"}");
            await().atMost(SOON)
                    .until(() -> server.api().job(id).get("status").asText().equals("completed"));
        }

        assertThat(database.number("select sum(lateness[1] + coalesce((select sum(n) from unnest(lateness[2:]) n), 0))"
                        + " from queue_stats where queue_id = 0"))
                .isOne();
        assertThat(database.number("select sum(delivered) from queue_stats where queue_id = 0"))
                .isOne();
    }

    private static long total(Api api, String counter) {
        return Api.json(api.get("/api/stats")).get("data").findValues(counter).stream()
                .mapToLong(JsonNode::asLong)
                .sum();
    }
}
