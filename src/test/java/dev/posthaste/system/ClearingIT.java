package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Emptying and deleting queues, dead letters, and what is kept no longer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClearingIT {
    private TestDatabase database;
    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        database = TestDatabase.empty();
        server = ServerProcess.start(ServerProcess.directory("clearing"), database.settings());
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
        database.close();
    }

    @Test
    void aNameMeansTheQueueThatHasItNow() {
        push("before", "/renamed", "\"delay\": 3600");
        long renamed = queueId("before");
        assertThat(api.patch("/api/queues/" + renamed, "{\"name\": \"after\"}").statusCode())
                .isEqualTo(200);
        api.post("/api/queues", "{\"name\": \"before\"}");

        long job = push("before", "/renamed", "\"delay\": 3600");

        assertThat(api.job(job).get("queue").asText()).isEqualTo("before");
        assertThat(api.job(job).get("queue_id").asLong()).isNotEqualTo(renamed);
    }

    @Test
    void ofTwoRenamesToOneNameOneIsRefused() throws Exception {
        for (int i = 0; i < 10; i++) {
            push("one" + i, "/rename", "\"delay\": 3600");
            push("two" + i, "/rename", "\"delay\": 3600");
            String name = "{\"name\": \"both" + i + "\"}";
            String one = "/api/queues/" + queueId("one" + i);
            String two = "/api/queues/" + queueId("two" + i);

            CompletableFuture<Integer> first =
                    CompletableFuture.supplyAsync(() -> api.patch(one, name).statusCode());
            int second = api.patch(two, name).statusCode();

            assertThat(List.of(first.get(), second)).containsExactlyInAnyOrder(200, 422);
        }
    }

    @Test
    void aPurgedQueueSendsNothingThatWasPending() {
        receiver.script("/purge-retry", RecordingReceiver.status(500));
        long original = push("purged", "/purge-retry", "\"retry_delays\": [3600]");
        api.awaitStatus(original, "failed");
        pushAll("purged", "/purged", 60, "\"delay\": 3600");

        HttpResponse<String> purged = api.post("/api/queues/" + queueId("purged") + "/purge", "");

        assertThat(purged.statusCode()).isEqualTo(200);
        assertThat(purged.body()).isEqualTo("{\"cancelled\":61}");
        assertThat(api.post("/api/queues/" + queueId("purged") + "/purge", "").body())
                .isEqualTo("{\"cancelled\":0}");
        assertThat(counts("purged").get("pending").asInt()).isZero();
        JsonNode chain = api.job(original);
        assertThat(chain.get("final_status").asText()).isEqualTo("cancelled");
        assertThat(chain.get("has_pending_retry").asBoolean()).isFalse();
        assertThat(listed("jobs?queue=purged&status=cancelled&limit=100")).hasSize(61);
        assertThat(api.post("/api/queues/999999/purge", "").statusCode()).isEqualTo(404);
    }

    @Test
    void aQueueIsDeletedWithItsFinishedJobsOnceNothingOfItWaitsOrIsSent() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/deleted-held", (exchange, count) -> {
            release.await(20, TimeUnit.SECONDS);
            exchange.sendResponseHeaders(200, -1);
        });
        long held = push("deleted", "/deleted-held", "\"delay\": 0");
        await().until(() -> receiver.arrivals("/deleted-held").size() == 1);
        long id = queueId("deleted");
        HttpResponse<String> whileSending = api.delete("/api/queues/" + id);
        release.countDown();
        api.awaitStatus(held, "completed");
        long waiting = push("deleted", "/deleted", "\"delay\": 3600");
        HttpResponse<String> whileWaiting = api.delete("/api/queues/" + id);
        api.post("/api/jobs/" + waiting + "/cancel", "");

        HttpResponse<String> deleted = api.delete("/api/queues/" + id);

        assertThat(whileSending.statusCode()).isEqualTo(409);
        assertThat(whileWaiting.statusCode()).isEqualTo(409);
        assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(204);
        assertThat(api.get("/api/queues/" + id).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/jobs/" + held).statusCode()).isEqualTo(404);
        assertThat(api.post("/api/jobs/" + held + "/replay", "").statusCode()).isEqualTo(404);
        assertThat(api.delete("/api/queues/" + id).statusCode()).isEqualTo(404);
        retain();
        assertThat(database.number("select count(*) from jobs where queue_id = " + id))
                .isZero();
        assertThat(database.number("select count(*) from removed_queues where id = " + id))
                .isZero();
        push("deleted", "/deleted", "\"delay\": 0");
        await().until(() -> receiver.arrivals("/deleted").size() == 1);
        assertThat(queueId("deleted")).isNotEqualTo(id);
    }

    @Test
    void jobsPushedWhileTheirQueueIsDeletedAreNeverLost() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(callers.submit(() -> push("flickering", "/flickering", "\"delay\": 0")));
            if (i % 4 == 0) {
                calls.add(callers.submit(() -> {
                    for (JsonNode queue : listed("queues?limit=100")) {
                        if (queue.get("name").asText().equals("flickering")) {
                            api.delete("/api/queues/" + queue.get("id").asLong());
                        }
                    }
                }));
            }
        }
        for (Future<?> one : calls) {
            one.get();
        }
        callers.shutdown();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> receiver.arrivals("/flickering").size() == 200);
    }

    @Test
    void deadLettersAreListedSearchedAndReplayedOnce() {
        List<Long> ids = deadLetters("letters", 5);
        assertThat(counts("letters").get("dead_lettered").asInt()).isEqualTo(5);
        List<JsonNode> list = listed("dead-letters?queue=letters");
        assertThat(list).hasSize(5);
        assertThat(list.get(0).get("id").asLong()).isEqualTo(ids.get(4));
        assertThat(list.get(0).get("final_status").asText()).isEqualTo("dead_lettered");
        assertThat(list.get(0).get("dead_lettered_at").isNull()).isFalse();
        assertThat(list.get(0).get("attempts").asInt()).isEqualTo(2);
        assertThat(list.get(0).get("last_failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(list.get(0).get("last_response_status").asInt()).isEqualTo(500);
        assertThat(listed("dead-letters?queue=letters&url=FAIL")).hasSize(5);
        assertThat(listed("dead-letters?queue=letters&url=nothing")).isEmpty();
        assertThat(listed("dead-letters?queue=nowhere")).isEmpty();

        String some = "{\"ids\": [" + ids.get(0) + ", " + ids.get(1) + ", " + ids.get(1) + ", 99999999]}";
        HttpResponse<String> byIds = api.post("/api/dead-letters/replay", some);
        HttpResponse<String> again = api.post("/api/dead-letters/replay", some);
        HttpResponse<String> byQueue = api.post("/api/dead-letters/replay", "{\"queue\": \"letters\"}");

        assertThat(byIds.statusCode()).as(byIds.body()).isEqualTo(201);
        assertThat(Api.json(byIds).get("replayed").asInt()).isEqualTo(2);
        assertThat(Api.json(byIds).get("jobs")).hasSize(2);
        assertThat(Api.json(again).get("replayed").asInt()).isZero();
        assertThat(Api.json(byQueue).get("replayed").asInt()).isEqualTo(3);
        long replay = Api.json(byIds).at("/jobs/0/job_id").asLong();
        assertThat(api.job(ids.get(0)).get("replayed_as").asLong()).isEqualTo(replay);
        assertThat(api.job(ids.get(0)).get("final_status").asText()).isEqualTo("dead_lettered");
        // They fail again, under ids of their own.
        await().atMost(Duration.ofSeconds(20))
                .until(() -> listed("dead-letters?queue=letters").size() == 5);
        assertThat(ids("dead-letters?queue=letters")).doesNotContainAnyElementsOf(ids);
    }

    @Test
    void purgedDeadLettersAreGoneWithTheirChains() {
        List<Long> ids = deadLetters("purged-letters", 3);

        HttpResponse<String> one = api.post("/api/dead-letters/purge", "{\"ids\": [" + ids.get(0) + "]}");
        HttpResponse<String> rest = api.post("/api/dead-letters/purge", "{\"queue\": \"purged-letters\"}");

        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.body()).isEqualTo("{\"purged\":1}");
        assertThat(rest.body()).isEqualTo("{\"purged\":2}");
        assertThat(listed("jobs?queue=purged-letters")).isEmpty();
        assertThat(counts("purged-letters").get("dead_lettered").asInt()).isZero();
        ids.forEach(id -> assertThat(api.get("/api/jobs/" + id).statusCode())
                .as("job %s", id)
                .isEqualTo(404));
    }

    @Test
    void aSelectionOfDeadLettersNamesIdsOrAQueue() {
        for (String body : List.of(
                "{}",
                "{\"ids\": [1], \"queue\": \"x\"}",
                "{\"ids\": \"1\"}",
                "{\"ids\": [\"1\"]}",
                "{\"ids\": [1.5]}",
                "{\"queue\": 1}",
                "{\"queues\": \"x\", \"ids\": [1]}",
                "{\"ids\": []}",
                "{\"ids\": [], \"queue\": \"letters\"}",
                "{\"ids\": [" + String.join(",", Collections.nCopies(1_001, "1")) + "]}")) {
            assertThat(api.post("/api/dead-letters/replay", body).statusCode())
                    .as(body)
                    .isEqualTo(422);
            assertThat(api.post("/api/dead-letters/purge", body).statusCode())
                    .as(body)
                    .isEqualTo(422);
        }
        assertThat(api.post("/api/dead-letters/replay", "[]").statusCode()).isEqualTo(422);
    }

    @Test
    void aKeyStandsForItsPushForADay() throws Exception {
        String job = "{\"queue\": \"keys\", \"url\": \"" + receiver.url("/keys") + "\", \"delay\": 86400}";
        String first = api.post("/api/jobs", job, "Idempotency-Key", "daily").body();
        String aged = "update idempotency_keys set created_at = now() - interval '%s' where key = 'daily'";

        database.execute(aged.formatted("23 hours 59 minutes"));
        assertThat(api.post("/api/jobs", job, "Idempotency-Key", "daily").body())
                .isEqualTo(first);

        database.execute(aged.formatted("24 hours 1 minute"));
        HttpResponse<String> next = api.post("/api/jobs", job, "Idempotency-Key", "daily");
        assertThat(next.statusCode()).isEqualTo(201);
        assertThat(next.body()).isNotEqualTo(first);
        assertThat(api.post("/api/jobs", job, "Idempotency-Key", "daily").body())
                .isEqualTo(next.body());
    }

    @Test
    void whatEndedLongAgoIsRemovedAndNothingElse() throws Exception {
        long finished = push("retained", "/retained", "\"delay\": 0");
        long young = push("retained", "/retained", "\"delay\": 0");
        long waiting = push("retained", "/retained", "\"delay\": 80000");
        long deadLetter = deadLetters("retained", 1).get(0);
        long expired = deadLetters("retained-shortly", 1).get(0);
        api.awaitStatus(finished, "completed");
        api.awaitStatus(young, "completed");
        api.patch("/api/queues/" + queueId("retained-shortly"), "{\"dlq_retention_days\": 1}");
        for (long id : List.of(finished, waiting, deadLetter)) {
            database.execute("update jobs set created_at = created_at - interval '31 days',"
                    + " concluded_at = concluded_at - interval '31 days' where original_job_id = " + id);
        }
        database.execute("update jobs set dead_lettered_at = dead_lettered_at - interval '25 hours'"
                + " where original_job_id = " + expired);

        retain();

        assertThat(api.get("/api/jobs/" + finished).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/jobs/" + expired).statusCode()).isEqualTo(404);
        assertThat(database.number("select count(*) from runs where job_id = " + finished))
                .isZero();
        for (long id : List.of(young, waiting, deadLetter)) {
            assertThat(api.get("/api/jobs/" + id).statusCode()).isEqualTo(200);
        }
        assertThat(counts("retained").get("completed").asInt()).isEqualTo(1);
        assertThat(counts("retained").get("dead_lettered").asInt()).isEqualTo(1);
        assertThat(counts("retained-shortly").get("dead_lettered").asInt()).isZero();
    }

    @Test
    void runsGoWithTheirDaysPartition() throws Exception {
        database.execute("create table runs_20200101 partition of runs"
                + " for values from ('2020-01-01 00:00:00+00') to ('2020-01-02 00:00:00+00')");
        database.execute(
                "insert into runs (job_id, started_at, request_headers) values (0, '2020-01-01 12:00:00+00', '{}'),"
                        + " (0, '2020-03-01 12:00:00+00', '{}')");

        assertThat(retain()).contains(" 1 days of runs");

        assertThat(database.number("select count(*) from runs where job_id = 0"))
                .isZero();
        assertThat(database.number("select count(*) from pg_class where relname = 'runs_20200101'"))
                .isZero();
    }

    private String retain() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.adminPort() + "/tasks/retention"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .matches(
                        "Retention ran and removed \\d+ finished chains, \\d+ dead letters, \\d+ jobs of deleted queues,"
                                + " \\d+ days of runs, \\d+ entries of the audit, \\d+ deleted crons with \\d+ executions, \\d+ requests that"
                                + " crons send no more, \\d+ alerts, \\d+ messages about alerts, \\d+ operations, \\d+ deleted teams\\.\\R");
        return answer.body();
    }

    private List<Long> deadLetters(String queue, int count) {
        List<Long> ids = pushAll(queue, "/failing", count, "\"retry_delays\": [1]");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> ids("dead-letters?queue=" + queue).containsAll(ids));
        return ids;
    }

    private List<Long> pushAll(String queue, String path, int count, String more) {
        String job = "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", " + more + "}";
        return api.pushAll(job, count);
    }

    private long push(String queue, String path, String more) {
        return api.push("{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", " + more + "}");
    }

    private List<JsonNode> listed(String path) {
        List<JsonNode> things = new ArrayList<>();
        Api.json(api.get("/api/" + path)).get("data").forEach(things::add);
        return things;
    }

    private List<Long> ids(String path) {
        return listed(path).stream().map(thing -> thing.get("id").asLong()).toList();
    }

    private JsonNode queue(String name) {
        return listed("queues?limit=100").stream()
                .filter(queue -> queue.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private long queueId(String name) {
        return queue(name).get("id").asLong();
    }

    private JsonNode counts(String name) {
        return queue(name).get("counts");
    }
}
