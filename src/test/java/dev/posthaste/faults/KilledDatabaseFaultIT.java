package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/** PostgreSQL is killed, again and again, while two nodes claim and record, and started again. */
class KilledDatabaseFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int KILLS = 3;

    private final Opened open = new Opened();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(2);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> odd = new ConcurrentLinkedQueue<>();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private OwnPostgres database;
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = open.add(new RecordingReceiver());
        receiver.script("/work", (exchange, count) -> {
            TimeUnit.MILLISECONDS.sleep(count % 5 * 20L);
            exchange.sendResponseHeaders(200, -1);
        });
        database = open.add(OwnPostgres.make(Map.of()));
        database.start();
        for (int i = 0; i < 2; i++) {
            nodes.add(open.add(ServerProcess.start(ServerProcess.directory("killed"), database.settings())));
        }
    }

    @AfterEach
    void stop() throws Exception {
        clients.shutdownNow();
        open.close();
    }

    @RepeatedTest(2)
    void whatWasAcceptedIsSentAndRecordedOnceAndNoMoreThanOnceAgainForEachKill() throws Exception {
        Random random = new Random();
        Future<?> pushing = clients.scheduleAtFixedRate(this::push, 0, 100, TimeUnit.MILLISECONDS);
        for (int i = 0; i < KILLS; i++) {
            int before = accepted.size();
            await().atMost(SOON).until(() -> accepted.size() >= before + 50);
            await().pollDelay(Duration.ofMillis(random.nextInt(300))).until(() -> true);
            database.kill();
            await().atMost(SOON)
                    .until(() -> nodes.stream()
                            .allMatch(node -> node.api().get("/api/health").statusCode() == 503));
            database.start();
            await().atMost(SOON).until(() -> nodes.stream().allMatch(ServerProcess::isHealthy));
        }
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(40, TimeUnit.SECONDS)).isTrue();

        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
        await().atMost(SOON).until(() -> database.number("select count(*) from qrtz_fired_one_shots") == 0);
        assertThat(odd).isEmpty();
        assertThat(receiver.timesSent("/work").keySet()).containsAll(accepted);
        assertThat(receiver.timesSent("/work"))
                .allSatisfy((job, times) -> assertThat(times).isBetween(1L, 1L + KILLS));
        assertThat(database.number("select count(*) from runs where failure_reason is null"))
                .isEqualTo(database.number("select count(*) from jobs"));
        // Nobody was dead: what was sent again had its claim lost with the server, which no node can know.
        assertThat(database.number("select count(*) from runs where failure_reason is not null"))
                .isZero();
        assertThat(nodes).allMatch(ServerProcess::isHealthy);
    }

    private void push() {
        String jobs = IntStream.range(0, 5)
                .mapToObj(i -> "{\"queue\": \"q" + i % 2 + "\", \"url\": \"" + receiver.url("/work") + "\"}")
                .collect(Collectors.joining(", ", "{\"jobs\": [", "]}"));
        try {
            HttpResponse<String> answer = nodes.get(accepted.size() % 2).api().post("/api/jobs/batch", jobs);
            if (answer.statusCode() == 201) {
                Api.json(answer)
                        .get("jobs")
                        .forEach(job -> accepted.add(job.get("job_id").asLong()));
            } else if (answer.statusCode() != 503) {
                odd.add(answer.statusCode() + " " + answer.body());
            }
        } catch (RuntimeException | Error e) {
            odd.add(e.toString());
        }
    }
}
