package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesIT {
    private TestDatabase database;
    private ServerProcess one;
    private ServerProcess two;
    private RecordingReceiver receiver;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        database = TestDatabase.empty();
        Map<String, String> settings = database.settings();
        // Both at once, on a database without a table.
        ExecutorService starters = Executors.newFixedThreadPool(2);
        Future<ServerProcess> first =
                starters.submit(() -> ServerProcess.start(ServerProcess.directory("node"), settings));
        Future<ServerProcess> second =
                starters.submit(() -> ServerProcess.start(ServerProcess.directory("node"), settings));
        one = first.get();
        two = second.get();
        starters.shutdown();
    }

    @AfterAll
    void stop() {
        try {
            Verified.assertNothingToMend(List.of(one, two));
        } finally {
            one.close();
            two.close();
            receiver.close();
            database.close();
        }
    }

    @Test
    void oneKeyGivesOneJobWhateverNodeIsAsked() throws Exception {
        String body = "{\"queue\": \"once\", \"url\": \"" + receiver.url("/once") + "\", \"delay\": 1}";
        ExecutorService clients = Executors.newFixedThreadPool(50);
        List<Future<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Api api = (i % 2 == 0 ? one : two).api();
            calls.add(clients.submit(() -> api.post("/api/jobs", body, "Idempotency-Key", "the-key")));
        }
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (Future<HttpResponse<String>> call : calls) {
            answers.add(call.get());
        }
        clients.shutdown();

        assertThat(answers).allMatch(answer -> answer.statusCode() == 201);
        assertThat(answers.stream().map(HttpResponse::body).distinct()).hasSize(1);
        assertThat(answers.stream()
                        .filter(answer -> answer.headers()
                                .firstValue("Idempotent-Replayed")
                                .isEmpty()))
                .hasSize(1);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !receiver.arrivals("/once").isEmpty());
        assertThat(receiver.arrivals("/once")).hasSize(1);
    }

    /** A node remembers for seconds whom it let in; the transaction that accepts looks again. */
    @Test
    void aTokenThatWasRevokedIsRefusedByEachNodeAtOnce() throws SQLException {
        String secret = "revoked-token-0123456789";
        String job = "{\"queue\": \"revoked\", \"url\": \"" + receiver.url("/revoked") + "\", \"delay\": 86400}";
        database.execute("insert into api_tokens (team_id, name, prefix, sha256) select id, 'x', 'x', sha256('" + secret
                + "') from teams");
        List<Api> nodes = List.of(new Api(one.port(), secret), new Api(two.port(), secret));
        nodes.forEach(node -> node.push(job));

        database.execute("update api_tokens set revoked_at = now() where prefix = 'x'");

        for (Api node : nodes) {
            assertThat(node.post("/api/jobs", job).statusCode()).isEqualTo(401);
            assertThat(node.get("/api/jobs").statusCode()).isEqualTo(401);
        }
        assertThat(Api.json(one.api().get("/api/jobs?queue=revoked")).get("data"))
                .hasSize(2);
    }

    @Test
    void aPausedQueueTakesJobsAndSendsNoneUntilItIsResumedOnTheOtherNode() {
        long queue = one.api().createQueue("{\"name\": \"paused\"}");
        assertThat(one.api().post("/api/queues/" + queue + "/pause", "").statusCode())
                .isEqualTo(200);
        push("paused", "/paused", 100);
        push("active", "/active", 20);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> receiver.arrivals("/active").size() == 20);
        assertThat(receiver.arrivals("/paused")).isEmpty();
        JsonNode paused = Api.json(two.api().get("/api/queues/" + queue));
        assertThat(paused.get("is_active").asBoolean()).isFalse();
        assertThat(paused.at("/counts/pending").asInt()).isEqualTo(100);

        assertThat(two.api().post("/api/queues/" + queue + "/resume", "").statusCode())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> receiver.arrivals("/paused").size() == 100);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Api.json(one.api().get("/api/queues/" + queue))
                                .at("/counts/completed")
                                .asInt()
                        == 100);
        JsonNode counts = Api.json(one.api().get("/api/queues/" + queue)).get("counts");
        assertThat(counts.get("pending").asInt()).isZero();
        assertThat(counts.get("processing").asInt()).isZero();
    }

    @Test
    void aQueueIsMadeOnceChangedAndListed() {
        HttpResponse<String> created =
                one.api().post("/api/queues", "{\"name\": \"settings\", \"timeout_seconds\": 5}");
        HttpResponse<String> again = two.api().post("/api/queues", "{\"name\": \"settings\"}");
        long id = Api.json(created).get("id").asLong();
        HttpResponse<String> changed = two.api()
                .patch("/api/queues/" + id, "{\"retry_delays\": [1, 2], \"max_per_second\": 5, \"is_active\": true}");
        HttpResponse<String> lifted = two.api().patch("/api/queues/" + id, "{\"max_per_second\": null}");
        HttpResponse<String> bad = one.api()
                .patch("/api/queues/" + id, "{\"timeout_seconds\": 0, \"max_parallelism\": 0, \"is_active\": \"yes\"}");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(Api.json(created).get("timeout_seconds").asInt()).isEqualTo(5);
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(Api.json(again).at("/errors/name/0").asText()).isEqualTo("The name has already been taken.");
        assertThat(Api.json(changed).get("max_per_second").asInt()).isEqualTo(5);
        assertThat(Api.json(changed).get("retry_delays")).hasSize(2);
        assertThat(Api.json(changed).get("timeout_seconds").asInt()).isEqualTo(5);
        assertThat(Api.json(lifted).get("max_per_second").isNull()).isTrue();
        assertThat(bad.statusCode()).isEqualTo(422);
        assertThat(Api.json(bad).get("errors").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("timeout_seconds", "max_parallelism", "is_active");
        JsonNode page = Api.json(one.api().get("/api/queues?limit=1"));
        assertThat(page.get("data")).hasSize(1);
        assertThat(Api.json(one.api()
                                .get("/api/queues?limit=1&cursor="
                                        + page.get("next_cursor").asText()))
                        .get("data"))
                .hasSize(1);
        assertThat(one.api().get("/api/queues?limit=0").statusCode()).isEqualTo(422);
        assertThat(one.api().get("/api/queues?cursor=nonsense").statusCode()).isEqualTo(422);
        assertThat(one.api().get("/api/queues/999999").body()).isEqualTo("{\"error\":\"Queue not found\"}");
    }

    @Test
    void jobsAcceptedOnANodeThatIsKilledAreSentByTheOther() throws IOException, InterruptedException {
        ServerProcess killed = ServerProcess.start(ServerProcess.directory("killed"), database.settings());
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(killed.api()
                    .push("{\"queue\": \"survivors\", \"url\": \"" + receiver.url("/survivors") + "\", \"delay\": 1}"));
        }
        killed.kill();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> receiver.arrivals("/survivors").stream()
                                .map(arrival -> arrival.headers()
                                        .get("X-posthaste-job-id")
                                        .get(0))
                                .collect(Collectors.toSet())
                                .size()
                        == 50);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> ids.stream()
                        .map(id -> one.api().job(id).get("status").asText())
                        .collect(Collectors.toSet())
                        .equals(Set.of("completed")));
    }

    private void push(String queue, String path, int count) {
        String job = "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"}";
        two.api().pushAll(job, count);
    }
}
