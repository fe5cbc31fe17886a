package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small heap, and everything that is large at the same time: each bound holds beside all the others. */
class SmallHeapIT {
    private static final int LARGE_JOBS = 200;
    private static final int ANSWERS_OF_A_BATCH = 512;
    private static final int ANSWER_BYTES = 64 * 1024;
    private static final Duration LONG = Duration.ofSeconds(90);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final byte[] largeAnswer = "x".repeat(ANSWER_BYTES).getBytes(StandardCharsets.US_ASCII);
    private RecordingReceiver receiver;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.keepNoBodies();
        receiver.script("/answer", (exchange, count) -> {
            exchange.sendResponseHeaders(200, largeAnswer.length);
            exchange.getResponseBody().write(largeAnswer);
        });
        server = ServerProcess.start(TestDataDirectory.fresh(), Map.of(), List.of("-Xmx256m"));
    }

    @AfterEach
    void stop() throws IOException {
        callers.shutdownNow();
        server.close();
        receiver.close();
    }

    @Test
    void largeJobsAnswersBatchesAndSearchesAtOnceAllEndAsTheyShould() throws IOException {
        Api api = server.api();
        List<String> queues = List.of(paused(api, "large"), paused(api, "answers"));
        pushWhatIsLarge(api);

        List<CompletableFuture<Integer>> batches = new ArrayList<>();
        List<CompletableFuture<Integer>> wrongBatches = new ArrayList<>();
        List<CompletableFuture<Integer>> searches = new ArrayList<>();
        queues.forEach(queue -> api.post(queue + "/resume", ""));
        for (int i = 0; i < 2; i++) {
            batches.add(call(() -> api.post("/api/jobs/batch", goodBatch())));
            wrongBatches.add(call(() -> api.post("/api/jobs/batch", wrongBatch())));
        }
        for (int i = 0; i < 12; i++) {
            searches.add(call(() -> api.get("/api/jobs?url=nothing-has-this")));
            searches.add(call(() -> api.get("/api/jobs?url=headers&limit=100")));
        }
        api.push("{\"queue\": \"small\", \"url\": \"" + receiver.url("/small") + "\"}");

        await().atMost(Duration.ofSeconds(10)).until(() -> receiver.count("/small") == 1);
        assertThat(batches).allSatisfy(batch -> assertThat(batch.join()).isEqualTo(201));
        assertThat(wrongBatches).allSatisfy(batch -> assertThat(batch.join()).isEqualTo(422));
        assertThat(searches).allSatisfy(search -> assertThat(search.join()).isEqualTo(200));
        await().atMost(LONG).until(() -> receiver.count("/large") == LARGE_JOBS);
        await().atMost(LONG).until(() -> receiver.count("/callback") == 2 * ANSWERS_OF_A_BATCH);
        assertThat(receiver.count("/answer")).isEqualTo(2 * ANSWERS_OF_A_BATCH);
        assertThat(server.log()).doesNotContain("OutOfMemoryError", "ERROR");
    }

    private void pushWhatIsLarge(Api api) {
        String headers = IntStream.range(0, 15)
                .mapToObj(i -> "\"X-H" + i + "\": \"" + "v".repeat(990) + "\"")
                .collect(Collectors.joining(", ", "\"headers\": {", "}, \"delay\": 86400"));
        api.post("/api/jobs/batch", batch(500, "headers", "/headers", headers));
        api.post("/api/jobs/batch", batch(500, "headers", "/headers", headers));
        String large = job("large", "/large", "\"payload\": {\"x\": \"" + "y".repeat(980_000) + "\"}");
        for (int i = 0; i < LARGE_JOBS; i++) {
            api.push(large);
        }
        String callback = "\"callback_url\": \"" + receiver.url("/callback") + "\"";
        api.post("/api/jobs/batch", batch(ANSWERS_OF_A_BATCH, "answers", "/answer", callback));
        api.post("/api/jobs/batch", batch(ANSWERS_OF_A_BATCH, "answers", "/answer", callback));
    }

    private String goodBatch() {
        return batch(1000, "later", "/later", "\"delay\": 86400, \"payload\": {\"x\": \"" + "z".repeat(16_000) + "\"}");
    }

    /** With a million fields that nobody knows. */
    private String wrongBatch() {
        String fields =
                IntStream.range(0, 1_000_000).mapToObj(i -> "\"u" + i + "\":1").collect(Collectors.joining(","));
        return "{\"jobs\": [{\"queue\": \"a\", \"url\": \"http://a/\"," + fields + "}]}";
    }

    private String batch(int jobs, String queue, String path, String more) {
        String job = job(queue, path, more);
        return IntStream.range(0, jobs).mapToObj(i -> job).collect(Collectors.joining(",", "{\"jobs\": [", "]}"));
    }

    private String job(String queue, String path, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", " + more + "}";
    }

    /** The status in the end: who is told that the server is busy calls again, as a client would. */
    private CompletableFuture<Integer> call(Supplier<HttpResponse<String>> call) {
        return CompletableFuture.supplyAsync(
                () -> await().atMost(LONG)
                        .until(call::get, SmallHeapIT::isNotBusy)
                        .statusCode(),
                callers);
    }

    private static boolean isNotBusy(HttpResponse<String> answer) {
        return answer.statusCode() != 503
                || answer.headers().firstValue("Retry-After").isEmpty();
    }

    /** Its path. */
    private static String paused(Api api, String name) {
        HttpResponse<String> created = api.post("/api/queues", "{\"name\": \"" + name + "\"}");
        String queue = "/api/queues/" + Api.json(created).get("id").asText();
        api.post(queue + "/pause", "");
        return queue;
    }
}
