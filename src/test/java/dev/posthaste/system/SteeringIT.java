package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SteeringIT {
    private static final Semaphore NEVER = new Semaphore(0);

    private TestDatabase database;
    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        database = TestDatabase.empty();
        server = ServerProcess.start(ServerProcess.directory("steering"), database.settings());
        api = server.api();
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
        receiver.close();
    }

    @Test
    void aPendingJobIsSentAsItWasChanged() {
        long id = push("changed", "/before", "\"delay\": 3600, \"payload\": {\"a\": 1}, \"headers\": {\"X-A\": \"1\"}");

        HttpResponse<String> answer = api.patch(
                "/api/jobs/" + id,
                "{\"url\": \"" + receiver.url("/after") + "\", \"method\": \"PUT\", \"body\": \"raw\", \"delay\": 0,"
                        + " \"priority\": 9, \"timeout_seconds\": 7, \"retry_delays\": [5]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        awaitArrivals("/after", 1);
        RecordingReceiver.Arrival arrival = receiver.arrivals("/after").get(0);
        assertThat(arrival.method()).isEqualTo("PUT");
        assertThat(arrival.body()).isEqualTo("raw");
        assertThat(arrival.headers().get("X-a")).containsExactly("1");
        assertThat(receiver.arrivals("/before")).isEmpty();
        JsonNode job = api.awaitStatus(id, "completed");
        assertThat(job.get("priority").asInt()).isEqualTo(9);
        assertThat(job.get("timeout_seconds").asInt()).isEqualTo(7);
        assertThat(job.get("retry_delays").toString()).isEqualTo("[5]");
        assertThat(job.get("payload").isNull()).isTrue();
        assertThat(job.get("body").asText()).isEqualTo("raw");
    }

    @Test
    void aChangeOfNothingLeavesAJobAsItWas() {
        long id = push("unchanged", "/unchanged", "\"delay\": 3600, \"payload\": {\"a\": 1.0}");
        JsonNode before = api.job(id);

        HttpResponse<String> answer = api.patch("/api/jobs/" + id, "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(api.job(id)).isEqualTo(before);
    }

    @Test
    void onlyWhatCanBeChangedIsTaken() {
        long id = push("strict", "/strict", "\"delay\": 3600");

        HttpResponse<String> answer =
                api.patch("/api/jobs/" + id, "{\"queue\": \"other\", \"priority\": 11, \"url\": \"nonsense\"}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Api.json(answer).get("errors").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("queue", "priority", "url");
        assertThat(api.patch("/api/jobs/999999999", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void aJobThatIsBeingSentIsNeitherChangedNorCancelledNorDeleted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/held", (exchange, count) -> {
            release.await(20, TimeUnit.SECONDS);
            exchange.sendResponseHeaders(200, -1);
        });
        long id = push("held", "/held", "\"delay\": 0");
        awaitArrivals("/held", 1);

        HttpResponse<String> changed = api.patch("/api/jobs/" + id, "{\"priority\": 1}");
        HttpResponse<String> cancelled = api.post("/api/jobs/" + id + "/cancel", "");
        HttpResponse<String> deleted = api.delete("/api/jobs/" + id);
        HttpResponse<String> replayed = api.post("/api/jobs/" + id + "/replay", "");
        JsonNode listed = Api.json(api.get("/api/jobs?status=processing&queue=held"));
        release.countDown();

        for (HttpResponse<String> refused : List.of(changed, cancelled, deleted, replayed)) {
            assertThat(refused.statusCode()).isEqualTo(409);
        }
        assertThat(changed.body()).contains("processing");
        assertThat(cancelled.body()).contains("processing");
        assertThat(listed.get("data")).hasSize(1);
        api.awaitStatus(id, "completed");
        assertThat(api.patch("/api/jobs/" + id, "{}").body()).contains("completed");
    }

    @Test
    void whoeverCancelsARetryEndsItsChain() {
        receiver.script("/failing", RecordingReceiver.status(500));
        long original = push("cancelled", "/failing", "\"retry_delays\": [3600]");
        JsonNode failed = api.awaitStatus(original, "failed");
        long retry = failed.at("/chain/1/id").asLong();
        assertThat(failed.get("has_pending_retry").asBoolean()).isTrue();

        HttpResponse<String> cancelled = api.post("/api/jobs/" + original + "/cancel", "");
        HttpResponse<String> again = api.post("/api/jobs/" + retry + "/cancel", "");

        assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
        JsonNode job = Api.json(cancelled);
        assertThat(job.get("status").asText()).isEqualTo("failed");
        assertThat(job.get("final_status").asText()).isEqualTo("cancelled");
        assertThat(job.get("has_pending_retry").asBoolean()).isFalse();
        assertThat(job.at("/chain/1/status").asText()).isEqualTo("cancelled");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(counts("cancelled").get("pending").asInt()).isZero();
    }

    @Test
    void aFinishedJobIsReplayedWithTheSameRequest() {
        long id = push("replayed", "/again", "\"payload\": {\"n\": 1e400}, \"priority\": 3");
        api.awaitStatus(id, "completed");

        HttpResponse<String> answer = api.post("/api/jobs/" + id + "/replay", "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        long replay = Api.json(answer).get("job_id").asLong();
        assertThat(answer.headers().firstValue("Location")).contains("/api/jobs/" + replay);
        JsonNode job = api.awaitStatus(replay, "completed");
        assertThat(job.get("attempt_number").asInt()).isEqualTo(1);
        assertThat(job.get("original_job_id").asLong()).isEqualTo(replay);
        assertThat(job.get("priority").asInt()).isEqualTo(3);
        assertThat(receiver.arrivals("/again"))
                .hasSize(2)
                .allMatch(arrival -> arrival.body().equals("{\"n\": 1e400}"));
        assertThat(api.job(id).get("replayed_as").asLong()).isEqualTo(replay);
    }

    @Test
    void manyClicksOnOneDeadLetterReplayItOnce() throws Exception {
        receiver.script("/dead", RecordingReceiver.status(500));
        long original = push("dead", "/dead", "\"retry_delays\": [1]");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.job(original).get("final_status").asText().equals("dead_lettered"));
        receiver.script("/dead", RecordingReceiver.status(200));
        assertThat(counts("dead").get("dead_lettered").asInt()).isEqualTo(1);

        List<HttpResponse<String>> answers = atOnce(20, () -> api.post("/api/jobs/" + original + "/replay", ""));

        assertThat(answers.stream().filter(answer -> answer.statusCode() == 201))
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.statusCode() == 409))
                .hasSize(19);
        awaitArrivals("/dead", 3);
        await().until(() -> counts("dead").get("completed").asInt() == 1);
        assertThat(counts("dead").get("dead_lettered").asInt()).isZero();
    }

    /** That somebody sent an attempt again while its chain went on resolves nothing when the chain dies. */
    @Test
    void aChainOfWhichAnAttemptWasReplayedBeforeItDiedIsADeadLetter() {
        receiver.script("/early", RecordingReceiver.status(500));
        long original = push("early", "/early", "\"retry_delays\": [3600]");
        long retry = api.awaitStatus(original, "failed").at("/chain/1/id").asLong();
        assertThat(api.post("/api/jobs/" + original + "/replay", "").statusCode())
                .isEqualTo(201);
        long replay = api.job(original).get("replayed_as").asLong();
        await().until(() -> api.job(replay).get("final_status").asText().equals("retrying"));
        api.post("/api/jobs/" + replay + "/cancel", "");

        api.patch("/api/jobs/" + retry, "{\"delay\": 0}");

        await().until(() -> api.job(original).get("final_status").asText().equals("dead_lettered"));
        assertThat(api.job(original).get("replayed_as").isNull()).isTrue();
        assertThat(Api.json(api.get("/api/dead-letters?queue=early")).at("/data"))
                .extracting(letter -> letter.get("id").asLong())
                .containsExactly(original);
        assertThat(counts("early").get("dead_lettered").asInt()).isOne();
        receiver.script("/early", RecordingReceiver.status(200));
        assertThat(api.post("/api/dead-letters/replay", "{\"ids\": [" + original + "]}")
                        .body())
                .contains("\"replayed\":1");
        assertThat(Api.json(api.get("/api/dead-letters?queue=early")).at("/data"))
                .isEmpty();
        assertThat(counts("early").get("dead_lettered").asInt()).isZero();
    }

    @Test
    void aDeadLettersReplaySendsTheRequestThatDied() {
        for (String call : List.of("job", "dead letter", "queue")) {
            String path = "/died-" + call.charAt(0);
            receiver.script(path, RecordingReceiver.status(500));
            receiver.script(path + "-changed", RecordingReceiver.status(500));
            long original = push("died", path, "\"retry_delays\": [3600], \"priority\": 2");
            long retry = api.awaitStatus(original, "failed").at("/chain/1/id").asLong();
            api.patch(
                    "/api/jobs/" + retry,
                    "{\"url\": \"" + receiver.url(path + "-changed")
                            + "\", \"method\": \"PUT\", \"delay\": 0, \"priority\": 8}");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> api.job(original).get("final_status").asText().equals("dead_lettered"));

            HttpResponse<String> answer =
                    switch (call) {
                        case "job" -> api.post("/api/jobs/" + original + "/replay", "");
                        case "queue" -> api.post("/api/dead-letters/replay", "{\"queue\": \"died\"}");
                        default -> api.post("/api/dead-letters/replay", "{\"ids\": [" + original + "]}");
                    };

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            awaitArrivals(path + "-changed", 2);
            assertThat(receiver.arrivals(path)).hasSize(1);
            JsonNode replay = api.job(api.job(original).get("replayed_as").asLong());
            assertThat(replay.get("method").asText()).isEqualTo("PUT");
            assertThat(replay.get("priority").asInt()).isEqualTo(8);
        }
    }

    @Test
    void whatHasFailedForGoodIsCountedUntilItIsDeleted() {
        receiver.script("/for-good", RecordingReceiver.status(500));
        long id = push("for-good", "/for-good", "\"retry_delays\": []");
        api.awaitStatus(id, "failed");

        assertThat(counts("for-good").get("failed").asInt()).isEqualTo(1);
        assertThat(counts("for-good").get("pending").asInt()).isZero();
        assertThat(api.delete("/api/jobs/" + id).statusCode()).isEqualTo(204);
        assertThat(counts("for-good").get("failed").asInt()).isZero();
    }

    @Test
    void aDeletedJobGoesWithItsWholeChain() {
        receiver.script("/gone", RecordingReceiver.status(500));
        long original = push(
                "gone",
                "/gone",
                "\"retry_delays\": [3600], \"callback_url\": \"" + receiver.url("/gone-callback") + "\"");
        long retry = api.awaitStatus(original, "failed").at("/chain/1/id").asLong();

        HttpResponse<String> deleted = api.delete("/api/jobs/" + retry);

        assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(204);
        assertThat(api.get("/api/jobs/" + original).statusCode()).isEqualTo(404);
        assertThat(api.get("/api/jobs/" + retry).statusCode()).isEqualTo(404);
        assertThat(api.delete("/api/jobs/" + original).statusCode()).isEqualTo(404);
        assertThat(counts("gone").get("pending").asInt()).isZero();
    }

    @Test
    void jobsAreListedNewestFirstByWhateverFilter() {
        receiver.script("/list-bad", RecordingReceiver.status(500));
        Set<Long> good = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            good.add(push("listed", "/list-good", "\"delay\": 0"));
        }
        long bad = push("listed", "/list-bad", "\"retry_delays\": []");
        long waiting = push("listed", "/list-waiting", "\"delay\": 3600");
        good.forEach(id -> api.awaitStatus(id, "completed"));
        api.awaitStatus(bad, "failed");

        assertThat(ids("queue=listed")).hasSize(7).startsWith(waiting, bad);
        assertThat(ids("queue=listed&status=pending")).containsExactly(waiting);
        assertThat(ids("queue=listed&status=failed")).containsExactly(bad);
        assertThat(ids("queue=listed&final_status=failed_no_retries")).containsExactly(bad);
        assertThat(ids("queue=listed&status=completed")).containsExactlyInAnyOrderElementsOf(good);
        assertThat(ids("queue=listed&status=completed&final_status=cancelled")).isEmpty();
        assertThat(ids("queue=listed&url=LIST-bad")).containsExactly(bad);
        assertThat(ids("url=list-waiting")).containsExactly(waiting);
        assertThat(ids("queue=nowhere")).isEmpty();
        assertThat(pages("queue=listed&limit=3")).hasSize(7).doesNotHaveDuplicates();
        assertThat(pages("queue=listed&limit=2&url=list-good")).containsExactlyInAnyOrderElementsOf(good);
        JsonNode entry = Api.json(api.get("/api/jobs?queue=listed")).at("/data/0");
        assertThat(entry.has("runs") || entry.has("payload") || entry.has("body"))
                .isFalse();
        assertThat(entry.get("queue").asText()).isEqualTo("listed");
        assertThat(api.get("/api/jobs?status=odd").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/jobs?limit=101").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/jobs?cursor=odd").statusCode()).isEqualTo(422);
    }

    @Test
    void aJobIsCancelledAndNeverSentOrSentAndRecordedButNeverBoth() throws Exception {
        int races = 1_000;
        Instant due = Instant.now().plusMillis(2_500);
        List<Long> ids = pushAll("raced", "/raced", races, due);

        Map<Long, Integer> statuses = raceAround(due, ids, id -> api.post("/api/jobs/" + id + "/cancel", ""));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> counts("raced").get("pending").asInt() == 0
                        && counts("raced").get("processing").asInt() == 0);
        Map<Long, Long> arrived = arrivedByJob("/raced");
        Set<Long> cancelled = Set.copyOf(pages("queue=raced&status=cancelled&limit=100"));
        Set<Long> completed = Set.copyOf(pages("queue=raced&status=completed&limit=100"));
        for (long id : ids) {
            boolean isCancelled = statuses.get(id) == 200;
            assertThat(statuses.get(id)).isIn(200, 409);
            assertThat(arrived.getOrDefault(id, 0L)).as("arrivals of %s", id).isEqualTo(isCancelled ? 0L : 1L);
            assertThat(cancelled.contains(id)).isEqualTo(isCancelled);
            assertThat(completed.contains(id)).isEqualTo(!isCancelled);
        }
        assertThat(statuses.values()).contains(200, 409);
    }

    @Test
    void aJobIsSentAsItWasOrAsItWasChangedButNeverBoth() throws Exception {
        int races = 300;
        Instant due = Instant.now().plusMillis(1_500);
        List<Long> ids = pushAll("patched", "/patch-before", races, due);
        String change = "{\"url\": \"" + receiver.url("/patch-after") + "\"}";

        Map<Long, Integer> statuses = raceAround(due, ids, id -> api.patch("/api/jobs/" + id, change));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> counts("patched").get("completed").asInt() == races);
        Map<Long, Long> before = arrivedByJob("/patch-before");
        Map<Long, Long> after = arrivedByJob("/patch-after");
        for (long id : ids) {
            boolean isChanged = statuses.get(id) == 200;
            assertThat(statuses.get(id)).isIn(200, 409);
            assertThat(before.getOrDefault(id, 0L)).isEqualTo(isChanged ? 0L : 1L);
            assertThat(after.getOrDefault(id, 0L)).isEqualTo(isChanged ? 1L : 0L);
        }
    }

    @Test
    void aJobThatIsDeletedWhileItFailsLeavesNoRetryBehind() throws Exception {
        receiver.script("/delete-race", RecordingReceiver.status(500));
        Instant due = Instant.now().plusMillis(1_500);
        List<Long> ids = pushAll("delete-race", "/delete-race", 200, due);

        Map<Long, Integer> statuses = raceAround(due, ids, id -> api.delete("/api/jobs/" + id));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> counts("delete-race").get("processing").asInt() == 0);
        for (long id : ids) {
            assertThat(statuses.get(id)).isIn(204, 409);
            if (statuses.get(id) == 204) {
                assertThat(api.get("/api/jobs/" + id).statusCode()).isEqualTo(404);
            }
        }
        long left = statuses.values().stream().filter(status -> status == 409).count();
        await().until(() -> counts("delete-race").get("pending").asInt() == left);
        assertThat(pages("queue=delete-race&status=pending&limit=100")).hasSize((int) left);
    }

    private interface Call {
        HttpResponse<String> on(long id);
    }

    /** Calls for each job at some moment around the instant, from twenty threads; returns the answers' statuses. */
    private static Map<Long, Integer> raceAround(Instant due, List<Long> ids, Call call) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(20);
        Duration lead = Duration.ofMillis(300);
        NEVER.tryAcquire(
                Math.max(0, Duration.between(Instant.now(), due.minus(lead)).toMillis()), TimeUnit.MILLISECONDS);
        Map<Long, Future<Integer>> calls = ids.stream()
                .collect(Collectors.toMap(
                        id -> id, id -> callers.submit(() -> call.on(id).statusCode())));
        Map<Long, Integer> statuses = new HashMap<>();
        for (Map.Entry<Long, Future<Integer>> answered : calls.entrySet()) {
            statuses.put(answered.getKey(), answered.getValue().get());
        }
        callers.shutdown();
        return statuses;
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(times);
        List<T> results = new ArrayList<>();
        for (Future<T> result : callers.invokeAll(Collections.nCopies(times, call))) {
            results.add(result.get());
        }
        callers.shutdown();
        return results;
    }

    private Map<Long, Long> arrivedByJob(String path) {
        return receiver.arrivals(path).stream()
                .collect(Collectors.groupingBy(
                        arrival -> Long.parseLong(
                                arrival.headers().get("X-posthaste-job-id").get(0)),
                        Collectors.counting()));
    }

    private List<Long> pushAll(String queue, String path, int count, Instant due) {
        String job = "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", \"retry_delays\": [3600],"
                + " \"run_at\": \"" + due + "\"}";
        return api.pushAll(job, count);
    }

    private long push(String queue, String path, String more) {
        return api.push("{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", " + more + "}");
    }

    private void awaitArrivals(String path, int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> receiver.arrivals(path).size() >= count);
        assertThat(receiver.arrivals(path)).hasSize(count);
    }

    private JsonNode counts(String queue) {
        for (JsonNode one : Api.json(api.get("/api/queues?limit=100")).get("data")) {
            if (one.get("name").asText().equals(queue)) {
                return one.get("counts");
            }
        }
        throw new AssertionError("no queue " + queue);
    }

    private List<Long> ids(String query) {
        List<Long> ids = new ArrayList<>();
        Api.json(api.get("/api/jobs?" + query))
                .get("data")
                .forEach(job -> ids.add(job.get("id").asLong()));
        return ids;
    }

    private List<Long> pages(String query) {
        List<Long> ids = new ArrayList<>();
        JsonNode page = Api.json(api.get("/api/jobs?" + query));
        for (; ; ) {
            page.get("data").forEach(job -> ids.add(job.get("id").asLong()));
            if (page.get("next_cursor").isNull()) {
                return ids;
            }
            page = Api.json(api.get(
                    "/api/jobs?" + query + "&cursor=" + page.get("next_cursor").asText()));
        }
    }
}
