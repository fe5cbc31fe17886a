package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The embedded PostgreSQL is killed under load, and its server goes on. */
class EmbeddedDeathIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** This is about that time: seconds are promised from the moment at which it is up again. */
    private static final Duration SENT_WITHIN = Duration.ofSeconds(3 + 5);

    private static final int KILLS = 2;

    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(3);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong keys = new AtomicLong();
    private RecordingReceiver receiver;
    private Path directory;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        directory = TestDataDirectory.fresh();
        server = ServerProcess.start(directory);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        server.close();
        receiver.close();
    }

    @Test
    void itIsStartedAgainAndNothingIsLost() throws Exception {
        Future<?> pushing = clients.scheduleAtFixedRate(this::push, 0, 50, TimeUnit.MILLISECONDS);
        for (int i = 1; i <= KILLS; i++) {
            int kills = i;
            awaitMore(40);
            kill(postmaster());
            await().atMost(SOON).until(() -> ups() == kills);
            Instant up = Instant.now();
            int sent = receiver.count("/work");
            await().atMost(SOON).until(() -> receiver.count("/work") > sent);
            Duration late =
                    Duration.between(up, receiver.arrivals("/work").get(sent).at());
            System.out.println("The first job came " + late.toMillis() + " ms after the embedded PostgreSQL was up");
            assertThat(late).isLessThan(SENT_WITHIN);
        }
        awaitMore(40);
        // One of its sessions: it starts anew by itself.
        kill(backend());
        awaitMore(40);
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        await().atMost(SOON).until(() -> receiver.timesSent("/work").keySet().containsAll(accepted));
        await().atMost(SOON).until(server::isHealthy);
        long last = accepted.stream().mapToLong(Long::longValue).max().orElseThrow();
        await().atMost(SOON)
                .until(() -> server.api().job(last).get("status").asText().equals("completed"));
        assertThat(complaints).isEmpty();
        assertThat(receiver.timesSent("/work")).hasSameSizeAs(accepted);
        assertThat(receiver.timesSent("/work"))
                .allSatisfy((job, times) -> assertThat(times).isBetween(1L, 1L + KILLS + 1));
        assertThat(ups()).isEqualTo(KILLS);
        assertThat(postmasters()).hasSize(1);

        server.close();

        assertThat(server.exitCode()).isIn(0, 143);
        assertThat(postmasters()).isEmpty();
    }

    private void push() {
        String key = "death-" + keys.incrementAndGet();
        String job = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\"}";
        for (int i = 0; i < 600; i++) {
            HttpResponse<String> answer = server.api().post("/api/jobs", job, "Idempotency-Key", key);
            if (answer.statusCode() == 201) {
                accepted.add(Api.json(answer).get("job_id").asLong());
                return;
            }
            if (answer.statusCode() != 503
                    || answer.headers().firstValue("Retry-After").isEmpty()) {
                complaints.add(answer.statusCode() + " " + answer.body());
                return;
            }
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }
        complaints.add("refused for a minute");
    }

    private void awaitMore(int jobs) {
        int before = accepted.size();
        await().atMost(SOON).until(() -> accepted.size() >= before + jobs);
    }

    private int ups() throws IOException {
        return server.log().split("The embedded PostgreSQL is up again", -1).length - 1;
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("postgresql/postmaster.pid"))
                .get(0)
                .strip());
    }

    private long backend() throws IOException {
        return ProcessHandle.of(postmaster())
                .orElseThrow()
                .children()
                .filter(child -> commandLine(child.pid()).contains("127.0.0.1("))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private List<Long> postmasters() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(ProcessHandle::pid)
                    .filter(pid -> commandLine(pid).contains("postgres")
                            && commandLine(pid)
                                    .contains(directory.resolve("postgresql").toString() + "\0"))
                    .toList();
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has just ended.
            return "";
        }
    }

    private static void kill(long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-KILL", String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
