package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database commits a claim, and the connection breaks before the node is told. */
class LostAnswerIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatWasClaimedIsSentOnceAllTheSameAndItsQueueGoesOn() throws Exception {
        try (RecordingReceiver receiver = new RecordingReceiver();
                DatabaseLine line = new DatabaseLine(database);
                ServerProcess server = ServerProcess.start(ServerProcess.directory("lost"), line.settings())) {
            server.api().createQueue("{\"name\": \"one by one\", \"max_parallelism\": 1}");
            String job = "{\"queue\": \"one by one\", \"url\": \"" + receiver.url("/work") + "\"}";
            List<Long> jobs = new ArrayList<>();
            line.loseTheAnswerToACommitOfAClaim();
            for (int i = 0; i < 3; i++) {
                jobs.add(server.api().push(job));
            }

            await().atMost(SOON).until(() -> server.log().contains("a claim was committed whose answer was lost"));
            await().atMost(SOON)
                    .until(() -> jobs.stream()
                            .allMatch(id ->
                                    server.api().job(id).get("status").asText().equals("completed")));

            assertThat(receiver.count("/work")).isEqualTo(3);
            assertThat(database.number("select count(*) from qrtz_fired_one_shots"))
                    .isZero();
            assertThat(database.number("select coalesce(sum(in_flight), 0) from qrtz_group_gates"))
                    .isZero();
        }
    }
}
