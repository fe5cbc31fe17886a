package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrashIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private Path directory = Path.of("");
    private RecordingReceiver receiver;
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void prepare() throws IOException {
        directory = TestDataDirectory.fresh();
        receiver = new RecordingReceiver();
    }

    @AfterEach
    void close() {
        released.countDown();
        receiver.close();
    }

    @Test
    void aJobThatWasAcceptedSurvivesAKillRightAfterTheAnswer() throws IOException, InterruptedException {
        long id;
        ServerProcess killed = ServerProcess.start(directory);
        id = killed.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/later") + "\", \"delay\": 1}");
        killed.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(SOON).until(() -> !receiver.arrivals("/later").isEmpty());
            await().atMost(SOON)
                    .until(() -> server.api().job(id).get("status").asText().equals("completed"));
        }
        assertThat(receiver.arrivals("/later")).hasSize(1);
    }

    @Test
    void aRequestThatWasInFlightIsSentAgainUntilItsThirdInterruptionFailsTheAttempt()
            throws IOException, InterruptedException {
        List<String> paths = List.of("/hanging/job", "/hanging/cron");
        for (String path : paths) {
            receiver.script(path, (exchange, count) -> {
                if (count <= 3) {
                    released.await();
                }
                exchange.sendResponseHeaders(200, -1);
            });
        }
        ServerProcess killed = ServerProcess.start(directory);
        Api api = killed.api();
        List<Sent> all =
                List.of(SentJob.push(api, to("/hanging/job"), "q"), SentExecution.run(api, to("/hanging/cron")));
        awaitEach(paths, 1);
        all.forEach(sent -> sent.awaitStates("1 processing null"));
        killed.kill();
        ServerProcess again = ServerProcess.start(directory);
        awaitEach(paths, 2);
        for (Sent sent : seenBy(again, all)) {
            assertThat(sent.states()).containsExactly("1 processing null");
            assertThat(sent.run(1).get("failure_reason").asText()).isEqualTo("interrupted");
            assertThat(sent.run(1).get("executed_at").isNull()).isTrue();
        }
        again.kill();
        ServerProcess third = ServerProcess.start(directory);
        awaitEach(paths, 3);
        assertThat(seenBy(third, all))
                .allSatisfy(sent -> assertThat(sent.states()).containsExactly("1 processing null"));
        third.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            for (Sent sent : seenBy(server, all)) {
                sent.awaitStates("1 failed success", "2 completed success");
                assertThat(sent.runsOf(sent.id()))
                        .hasSize(3)
                        .allMatch(run -> run.get("failure_reason").asText().equals("interrupted"));
            }
            Verified.assertNothingToMend(List.of(server));
        }
        assertThat(paths).allSatisfy(path -> assertThat(receiver.count(path)).isEqualTo(4));
    }

    /** Hundreds are claimed at once and wait for threads; a job whose request was never sent has not been interrupted. */
    @Test
    void whatWasOnlyClaimedWhenAServerDiedThreeTimesHasNotFailed() throws IOException, InterruptedException {
        int jobs = 300;
        AtomicReference<@Nullable ServerProcess> doomed = new AtomicReference<>();
        AtomicInteger kills = new AtomicInteger();
        receiver.script("/claimed", (exchange, count) -> {
            ServerProcess server = doomed.getAndSet(null);
            if (server != null) {
                server.kill();
                kills.incrementAndGet();
            }
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess first = ServerProcess.start(directory);
        doomed.set(first);
        first.api()
                .pushAll(
                        "{\"queue\": \"q\", \"retry_delays\": [], \"url\": \"" + receiver.url("/claimed") + "\"}",
                        jobs);
        for (int i = 1; i <= 3; i++) {
            int killed = i;
            await().atMost(SOON).until(() -> kills.get() == killed);
            if (i < 3) {
                doomed.set(ServerProcess.startUnready(directory));
            }
        }

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> counts(server).get("pending").asInt() == 0
                            && counts(server).get("processing").asInt() == 0);
            int failed = counts(server).get("failed").asInt();
            assertThat(counts(server).get("completed").asInt() + failed).isEqualTo(jobs);
            // All were claimed three times. Only what was begun as often may have failed: few, and on a busy machine
            // more.
            assertThat(failed).isLessThan(jobs * 3 / 4);
            Verified.assertNothingToMend(List.of(server));
        }
    }

    private static JsonNode counts(ServerProcess server) {
        return Api.json(server.api().get("/api/queues")).at("/data/0/counts");
    }

    @Test
    void aKillInTheMiddleOfAChainLosesNoRetryAndKeepsItsDelay() throws IOException, InterruptedException {
        for (String path : List.of("/later", "/overdue")) {
            receiver.script(path, RecordingReceiver.statuses(500, 200));
        }
        receiver.script("/in-flight", (exchange, count) -> {
            if (count == 2) {
                released.await();
            }
            exchange.sendResponseHeaders(count < 4 ? 500 : 200, -1);
        });
        ServerProcess killed = ServerProcess.start(directory);
        long inFlight = push(killed, "/in-flight", "[1, 1]");
        await().atMost(SOON).until(() -> receiver.count("/in-flight") == 2);
        long later = push(killed, "/later", "[6]");
        long overdue = push(killed, "/overdue", "[2]");
        for (long id : List.of(later, overdue)) {
            await().atMost(SOON)
                    .until(() -> killed.api().job(id).get("status").asText().equals("failed"));
        }
        String laterAt = scheduledRetry(killed, later);
        String overdueAt = scheduledRetry(killed, overdue);
        killed.kill();
        await().atMost(SOON).until(() -> Instant.now().isAfter(due("/overdue", 2)));

        try (ServerProcess server = ServerProcess.start(directory)) {
            for (long id : List.of(later, overdue, inFlight)) {
                await().atMost(SOON)
                        .until(() -> server.api()
                                .job(id)
                                .get("final_status")
                                .asText()
                                .equals("success"));
            }
            for (long id : List.of(later, overdue)) {
                assertThat(states(server, id)).containsExactly("failed success", "completed success");
            }
            assertThat(scheduledRetry(server, later)).isEqualTo(laterAt);
            assertThat(scheduledRetry(server, overdue)).isEqualTo(overdueAt);
            assertThat(states(server, inFlight))
                    .containsExactly("failed success", "failed failed_with_retries", "completed success");
            long second = server.api().job(inFlight).at("/chain/1/id").asLong();
            assertThat(server.api().job(second).at("/runs/0/failure_reason").asText())
                    .isEqualTo("interrupted");
            assertThat(server.api().job(second).at("/runs/1/failure_reason").asText())
                    .isEqualTo("http_server_error");
            Verified.assertNothingToMend(List.of(server));
        }
        assertThat(receiver.arrivals("/overdue")).hasSize(2);
        assertThat(receiver.arrivals("/later")).hasSize(2);
        assertThat(receiver.arrivals("/later").get(1).at()).isAfterOrEqualTo(due("/later", 6));
        assertThat(receiver.arrivals("/overdue").get(1).at()).isAfterOrEqualTo(due("/overdue", 2));
    }

    @Test
    void aCallbackThatHadNotGoneOutGoesOutAfterTheRestart() throws IOException, InterruptedException {
        receiver.script("/callback", (exchange, count) -> {
            if (count == 1) {
                released.await();
            }
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess killed = ServerProcess.start(directory);
        long id = killed.api()
                .push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/done") + "\", \"callback_url\": \""
                        + receiver.url("/callback") + "\"}");
        await().atMost(SOON).until(() -> receiver.arrivals("/callback").size() == 1);
        killed.kill();

        try (ServerProcess server = ServerProcess.start(directory)) {
            await().atMost(SOON)
                    .until(() -> server.api()
                            .job(id)
                            .at("/callbacks/0/status")
                            .asText()
                            .equals("delivered"));
            assertThat(server.api().job(id).get("runs")).hasSize(1);
        }
        assertThat(receiver.arrivals("/done")).hasSize(1);
        assertThat(receiver.arrivals("/callback").get(1).body())
                .isEqualTo(receiver.arrivals("/callback").get(0).body());
    }

    @Test
    void stoppingLetsWhatIsInFlightEnd() throws IOException {
        receiver.script("/slow", (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, -1);
        });
        ServerProcess stopping = ServerProcess.start(directory);
        long id = stopping.api().push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/slow") + "\"}");
        await().atMost(SOON).until(() -> receiver.arrivals("/slow").size() == 1);

        stopping.terminate();
        await().atMost(SOON).until(() -> refuses(stopping));
        assertThat(stopping.isAlive()).isTrue();
        released.countDown();
        await().atMost(SOON).until(() -> !stopping.isAlive());

        try (ServerProcess server = ServerProcess.start(directory)) {
            JsonNode job = server.api().job(id);
            assertThat(job.get("status").asText()).isEqualTo("completed");
            assertThat(job.get("runs")).hasSize(1);
        }
        assertThat(receiver.arrivals("/slow")).hasSize(1);
    }

    private Order to(String path) {
        return Order.to(receiver.url(path)).with("retry_delays", "[1]");
    }

    private void awaitEach(List<String> paths, int count) {
        for (String path : paths) {
            await().atMost(SOON).until(() -> receiver.count(path) == count);
        }
    }

    private static List<Sent> seenBy(ServerProcess server, List<Sent> all) {
        return all.stream().map(sent -> sent.seenBy(server.api())).toList();
    }

    private long push(ServerProcess server, String path, String retryDelays) {
        return server.api()
                .push("{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"retry_delays\": " + retryDelays
                        + "}");
    }

    /** Not before this is the retry of a path's first request due: it had arrived before it failed. */
    private Instant due(String path, int delaySeconds) {
        return receiver.arrivals(path).get(0).at().plusSeconds(delaySeconds);
    }

    private static String scheduledRetry(ServerProcess server, long id) {
        return server.api().job(id).at("/chain/1/scheduled_at").asText();
    }

    private static List<String> states(ServerProcess server, long id) {
        List<String> states = new ArrayList<>();
        server.api()
                .job(id)
                .get("chain")
                .forEach(link -> states.add(link.get("status").asText() + " "
                        + link.get("final_status").asText()));
        return states;
    }

    private static boolean refuses(ServerProcess server) {
        try {
            return server.api().get("/api/health").statusCode() != 200;
        } catch (UncheckedIOException e) {
            return true;
        }
    }
}
