package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The line to the database breaks, and is mended. */
class OutageIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final CountDownLatch released = new CountDownLatch(1);
    private final TestDatabase database = TestDatabase.fresh();
    private RecordingReceiver receiver;
    private DatabaseLine line;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
        line = new DatabaseLine(database);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        line.close();
        receiver.close();
        database.close();
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsAcceptedAndWhatWasInFlightIsRecordedOnceItIsBack() throws IOException {
        try (ServerProcess server = ServerProcess.start(ServerProcess.directory("node"), line.settings())) {
            List<Long> held = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                held.add(server.api().push(job("/held", 0)));
            }
            long overdue = server.api().push(job("/overdue", 2));
            await().atMost(SOON).until(() -> receiver.count("/held") == 20);

            line.cut();

            await().atMost(SOON).until(() -> server.api().get("/api/health").statusCode() == 503);
            await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 503);
            assertThat(server.api().get("/api/live").statusCode())
                    .as("a restart brings back no database")
                    .isEqualTo(200);
            for (Api caller : List.of(server.api(), new Api(server.port(), "unknown-token-0123456789"))) {
                assertAway(caller.post("/api/jobs", job("/refused", 0)));
                assertAway(caller.get("/api/jobs/" + overdue));
            }
            assertAway(server.api().post("/api/jobs", job("/again", 0), "Idempotency-Key", "one"));
            released.countDown();
            await().atMost(SOON).until(() -> server.log().contains("completion waits for the database with"));

            line.mend();

            await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 200);
            for (long id : Stream.concat(held.stream(), Stream.of(overdue)).toList()) {
                JsonNode job = awaitCompleted(server, id);
                assertThat(job.get("runs")).hasSize(1);
                assertThat(job.at("/runs/0/response_status").asInt()).isEqualTo(200);
            }
            assertThat(receiver.count("/held")).isEqualTo(20);
            assertThat(receiver.count("/overdue")).isEqualTo(1);
            assertThat(receiver.count("/refused")).isZero();
            assertAcceptedOnce(server);
            Verified.assertNothingToMend(List.of(server));
        }
    }

    /** The longer the database's answers take, the further behind its clock a node may be; another one that sends is not. */
    @Test
    void aRetryIsDueNoSoonerThanItsDelayAfterTheFailureHoweverFarANodeIsBehind() throws IOException, SQLException {
        receiver.script("/failing", RecordingReceiver.statuses(500));
        line.delayAnswers(Duration.ofMillis(50));
        try (ServerProcess node = ServerProcess.start(ServerProcess.directory("node"), line.settings())) {
            long id = node.api()
                    .push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/failing")
                            + "\", \"retry_delays\": [3600]}");
            await().atMost(SOON)
                    .until(() -> node.api().job(id).get("status").asText().equals("failed"));
        }

        Instant due = Instant.ofEpochMilli(database.number(
                "select floor(extract(epoch from due_at) * 1000)::bigint from jobs where attempt_number = 2"));
        assertThat(due)
                .isAfterOrEqualTo(receiver.arrivals("/failing").get(0).at().plusSeconds(3_600));
    }

    @Test
    void whatANodeThatIsCutOffHadInFlightIsTakenOverAndItsOutcomeIsNotRecordedTwice() throws IOException {
        try (ServerProcess cutOff = ServerProcess.start(ServerProcess.directory("node"), line.settings());
                ServerProcess other = ServerProcess.start(ServerProcess.directory("node"), database.settings())) {
            // Whichever of them sends it: what the other one sends is not taken over.
            List<Long> held = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                held.add(cutOff.api().push(job("/held", 0)));
            }
            await().atMost(SOON).until(() -> receiver.count("/held") == 40);

            line.cut();

            await().atMost(SOON).until(() -> other.log().contains("of the dead nodes"));
            await().atMost(SOON).until(() -> receiver.count("/held") > 40);
            released.countDown();
            held.forEach(id -> awaitCompleted(other, id));
            line.mend();
            await().atMost(SOON).until(() -> cutOff.log().contains("another node has taken it over"));

            long interrupted = 0;
            for (long id : held) {
                List<String> reasons = other.api().job(id).findValuesAsText("failure_reason");
                assertThat(reasons).isIn(List.of("null"), List.of("interrupted", "null"));
                interrupted += reasons.size() - 1;
            }
            assertThat(interrupted).isPositive();
            assertThat(receiver.count("/held")).isEqualTo(40 + (int) interrupted);
            long afterwards = cutOff.api().push(job("/afterwards", 0));
            awaitCompleted(cutOff, afterwards);
            Verified.assertNothingToMend(List.of(cutOff, other));
        }
    }

    private void assertAcceptedOnce(ServerProcess server) {
        String body = job("/again", 0);
        HttpResponse<String> first = server.api().post("/api/jobs", body, "Idempotency-Key", "one");
        HttpResponse<String> second = server.api().post("/api/jobs", body, "Idempotency-Key", "one");
        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        awaitCompleted(server, Api.json(first).get("job_id").asLong());
        assertThat(receiver.count("/again")).isEqualTo(1);
    }

    private static JsonNode awaitCompleted(ServerProcess server, long id) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> server.api().job(id).get("status").asText().equals("completed"));
        return server.api().job(id);
    }

    private static void assertAway(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Api.json(answer).get("error").asText()).isNotBlank();
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private String job(String path, int delay) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"delay\": " + delay + "}";
    }
}
