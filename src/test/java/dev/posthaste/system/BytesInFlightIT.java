package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in flight is bounded in bytes: as much at once as would fill a heap of 512 MiB several times over. */
class BytesInFlightIT {
    private static final int JOBS = 1_024;
    private static final int BATCHES = 20;
    private static final int JOBS_OF_A_BATCH = 16;
    private static final int PUSHING = 8;
    private static final Duration LONG = Duration.ofMinutes(4);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final AtomicInteger busy = new AtomicInteger();
    private RecordingReceiver receiver;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.keepNoBodies();
        server = ServerProcess.start(TestDataDirectory.fresh(), Map.of(), List.of("-Xmx512m"));
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        server.close();
        receiver.close();
    }

    @Test
    void aThousandJobsOfAMebibyteWithLargeAnswersAreAllSent() throws IOException {
        byte[] answer = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        receiver.script("/large", (exchange, count) -> {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        });
        Api api = server.api();
        // Two queues, because one may have three quarters only; paused, so that all are due at once.
        List<Long> queues = List.of(paused(api, "one"), paused(api, "two"));
        List<CompletableFuture<Void>> pushing = new ArrayList<>();
        for (int i = 0; i < PUSHING; i++) {
            String job = job(i % 2 == 0 ? "one" : "two", "/large");
            pushing.add(CompletableFuture.runAsync(
                    () -> {
                        for (int n = 0; n < JOBS / PUSHING; n++) {
                            assertThat(accepted("/api/jobs", job)).isEqualTo(201);
                        }
                    },
                    callers));
        }
        pushing.forEach(CompletableFuture::join);
        queues.forEach(queue -> api.post("/api/queues/" + queue + "/resume", ""));

        await().atMost(LONG).until(() -> receiver.count("/large") >= JOBS);
        await().atMost(LONG).until(() -> completed(queues) == JOBS);
        assertThat(receiver.count("/large")).isEqualTo(JOBS);
        assertThat(server.log()).doesNotContain("OutOfMemoryError", "ERROR");
    }

    @Test
    void twentyBatchesOfSixteenMebibytesAtOnceAreAcceptedOrToldToComeAgain() throws IOException {
        String batch =
                "{\"jobs\": [" + String.join(",", Collections.nCopies(JOBS_OF_A_BATCH, job("one", "/batch"))) + "]}";
        assertThat(batch.length()).isBetween(15_500_000, 16 * 1024 * 1024);
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> accepted("/api/jobs/batch", batch), callers));
        }

        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(201));
        await().atMost(LONG).until(() -> receiver.count("/batch") >= BATCHES * JOBS_OF_A_BATCH);
        assertThat(receiver.count("/batch")).isEqualTo(BATCHES * JOBS_OF_A_BATCH);
        assertThat(server.log()).doesNotContain("OutOfMemoryError", "ERROR");
    }

    /** The status in the end: who is told that the server is busy calls again, as a client would. */
    private int accepted(String path, String body) {
        HttpResponse<String> answer =
                await().atMost(LONG).until(() -> server.api().post(path, body), this::isFinal);
        return answer.statusCode();
    }

    private boolean isFinal(HttpResponse<String> answer) {
        boolean isBusy = answer.statusCode() == 503
                && answer.headers().firstValue("Retry-After").isPresent();
        busy.addAndGet(isBusy ? 1 : 0);
        return !isBusy;
    }

    private long completed(List<Long> queues) {
        return queues.stream()
                .mapToLong(queue -> Api.json(server.api().get("/api/queues/" + queue))
                        .at("/counts/completed")
                        .asLong())
                .sum();
    }

    private static long paused(Api api, String name) {
        long queue = api.createQueue("{\"name\": \"" + name + "\"}");
        api.post("/api/queues/" + queue + "/pause", "");
        return queue;
    }

    /** With its frame as large as a body may be. */
    private String job(String queue, String path) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", \"payload\": {\"x\": \""
                + "y".repeat(1_048_000) + "\"}}";
    }
}
