package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server with a small heap, and bodies as large as they may be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeBodiesIT {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final String JOB = "{\"jobs\":[{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400,";
    private static final String BUSY = "{\"error\":\"The server is busy with other requests. Try again.\"}";

    /** For half a minute and more. */
    private static final int REST = 4 * 1024 * 1024;

    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private ServerProcess server;

    @BeforeAll
    void start() throws IOException {
        server = ServerProcess.start(TestDataDirectory.fresh(), Map.of(), List.of("-Xmx256m"));
    }

    @AfterAll
    void stop() throws IOException {
        callers.shutdown();
        sender.shutdown();
        String log = server.log();
        server.close();
        assertThat(log).doesNotContain("OutOfMemory", "ERROR");
    }

    static Stream<Arguments> bodies() {
        String ones = "1,".repeat(7_900_000) + "1";
        return Stream.of(
                of(
                        "{" + members(1_000_000, i -> "f" + i) + "}",
                        "The jobs field is required. (and 1000000 more errors)"),
                of(
                        JOB + "\"payload\":{" + members(1_300_000, i -> Integer.toHexString(i)) + "},\"dealy\":1}]}",
                        "The jobs.0.dealy field is unknown."),
                of(
                        JOB + "\"headers\":{" + members(1_000_000, i -> "h" + i) + "}}]}",
                        "The jobs.0.headers field must not have more than 64 items."),
                of("{\"jobs\":[" + ones + "]}", "The jobs field must not have more than 1000 items."),
                of(
                        JOB + "\"retry_delays\":[" + ones + "]}]}",
                        "The jobs.0.retry delays field must not have more than 10 items."),
                of(
                        "{\"jobs\":[{}],\"" + "n".repeat(MAX_BYTES - 30) + "€\":1}",
                        "The jobs.0.queue field is required. (and 2 more errors)"),
                of(
                        JOB + "\"priority\":11,\"body\":\"\\n" + "x".repeat(MAX_BYTES - 200) + "€\"}]}",
                        "The jobs.0.priority field must be between 1 and 10."));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void fourOfThemAtOnceAreAnsweredWithWhatIsWrong(String body, String message) {
        List<CompletableFuture<HttpResponse<String>>> calls =
                IntStream.range(0, 4).mapToObj(i -> batch(body)).toList();

        for (CompletableFuture<HttpResponse<String>> call : calls) {
            HttpResponse<String> answer = call.join();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(answer.body()).hasSizeLessThan(100_000);
            assertThat(Api.json(answer).get("message").asText()).isEqualTo(message);
        }
        assertThat(server.api().get("/api/health").statusCode()).isEqualTo(200);
    }

    @Test
    void fourLargeJobsAtOnceAreTakenAndShown() {
        String body = JOB + "\"payload\":{\"a\":\"" + "x".repeat(MAX_BYTES - 200) + "€\"}}]}";

        List<Long> ids = IntStream.range(0, 4).mapToObj(i -> batch(body)).toList().stream()
                .map(call ->
                        Api.json(call.join()).get("jobs").get(0).get("job_id").asLong())
                .toList();
        List<CompletableFuture<Integer>> shown = ids.stream()
                .map(id -> CompletableFuture.supplyAsync(
                        () -> server.api().get("/api/jobs/" + id).body().length(), callers))
                .toList();

        assertThat(shown).allSatisfy(length -> assertThat(length.join()).isGreaterThan(MAX_BYTES - 300));
    }

    @Test
    void whoFindsNoRoomIsToldToTryAgainAndOrdinaryCallsGoOn() throws IOException {
        try (Socket slow = connect("POST /api/jobs/batch", "Content-Length: " + MAX_BYTES)) {
            // More than the room for what is coming: one body at a time may have that, while it keeps the pace.
            slow.getOutputStream().write(" ".repeat(MAX_BYTES - REST).getBytes(StandardCharsets.US_ASCII));
            Future<?> rest = sender.scheduleAtFixedRate(() -> dripInto(slow), 0, 100, TimeUnit.MILLISECONDS);
            CompletableFuture<HttpResponse<String>> refused =
                    CompletableFuture.supplyAsync(this::batchWithoutRoom, callers);

            assertThat(server.api().push("{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400}"))
                    .isPositive();
            HttpResponse<String> answer = refused.join();
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).isEqualTo(BUSY);
            rest.cancel(true);
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> smallBatch().statusCode() == 422);
    }

    private static void dripInto(Socket slow) {
        try {
            slow.getOutputStream().write(new byte[8 * 1024]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that came before the slow one was noticed find room. */
    private HttpResponse<String> batchWithoutRoom() {
        return await().atMost(Duration.ofSeconds(30)).until(this::smallBatch, answer -> answer.statusCode() == 503);
    }

    /** More than an ordinary body. */
    private HttpResponse<String> smallBatch() {
        return server.api().post("/api/jobs/batch", "{\"a\":\"" + "x".repeat(100_000) + "\"}");
    }

    @Test
    void anAnswerHoldsItsRoomUntilItHasBeenWritten() throws IOException {
        String large = JOB + "\"payload\":{\"a\":\"" + "x".repeat(MAX_BYTES - 200) + "\"}}]}";
        long id = Api.json(batch(large).join()).get("jobs").get(0).get("job_id").asLong();
        long ordinary = server.api().push("{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400}");

        try (Socket slow = connect("GET /api/jobs/" + id, "Connection: close")) {
            InputStream in = slow.getInputStream();
            assertThat(in.read()).isPositive();
            CompletableFuture<HttpResponse<String>> refused =
                    CompletableFuture.supplyAsync(() -> server.api().get("/api/jobs/" + id), callers);
            for (String path : List.of(
                    "/api/jobs/" + ordinary,
                    "/api/jobs?limit=100",
                    "/api/jobs?url=x",
                    "/api/dead-letters",
                    "/api/queues")) {
                assertThat(server.api().get(path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(refused.join().statusCode()).isEqualTo(503);
            assertThat(refused.join().body()).isEqualTo(BUSY);
            in.readAllBytes();
        }

        assertThat(server.api().get("/api/jobs/" + id).statusCode()).isEqualTo(200);
    }

    private Socket connect(String line, String header) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(30_000);
        String head = line + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ServerProcess.TOKEN + "\r\n" + header
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private CompletableFuture<HttpResponse<String>> batch(String body) {
        return CompletableFuture.supplyAsync(() -> server.api().post("/api/jobs/batch", body), callers);
    }

    private static String members(int count, IntFunction<String> name) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + name.apply(i) + "\":0")
                .collect(Collectors.joining(","));
    }

    private static Arguments of(String body, String message) {
        // The body's first characters are enough to name the test.
        return Arguments.of(Named.of(body.substring(0, 60), body), message);
    }
}
