package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a queue may do and may not do to others, on two nodes and under load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
    private static final int BATCH = 1_000;
    private static final int BACKLOG = 100_000;
    private static final Semaphore NEVER = new Semaphore(0);
    private static final String FLOOD = "flood";

    private final HttpClient admin = HttpClient.newHttpClient();
    private TestDatabase database;
    private ServerProcess one;
    private ServerProcess two;
    private RecordingReceiver receiver;
    private long flood;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        database = TestDatabase.empty();
        one = node();
        two = node();
    }

    @AfterAll
    void stop() {
        one.close();
        two.close();
        receiver.close();
        database.close();
    }

    @Test
    void noMoreThanItsLimitOfAQueueAreEverWithTheReceiver() {
        Set<ServerProcess> sending = new HashSet<>();
        AtomicInteger jobs = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger max = new AtomicInteger();
        receiver.script("/three", (exchange, count) -> {
            max.accumulateAndGet(running.incrementAndGet(), Math::max);
            NEVER.tryAcquire(2, TimeUnit.MILLISECONDS);
            running.decrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        one.api().createQueue("{\"name\": \"three\", \"max_parallelism\": 3}");

        // Which node gets the slots is a matter of luck: until both have had some, they get more.
        for (int portion = 0; portion < 10 && sending.size() < 2; portion++) {
            pushTo(one, "three", "/three", 300);
            pushTo(two, "three", "/three", 300);
            jobs.addAndGet(600);
            await().atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        noteSending(sending);
                        return receiver.count("/three") >= jobs.get();
                    });
        }

        assertThat(sending).hasSize(2);
        assertThat(receiver.arrivals("/three"))
                .extracting(
                        arrival -> arrival.headers().get("X-posthaste-job-id").get(0))
                .hasSize(jobs.get())
                .doesNotHaveDuplicates();
        assertThat(max.get()).isEqualTo(3);
    }

    @Test
    void aQueueIsSentAtItsRateByBothNodesTogether() {
        Duration watched = Duration.ofSeconds(10);
        one.api().createQueue("{\"name\": \"fifty\", \"max_per_second\": 50}");

        push("fifty", "/fifty", 700);

        await().atMost(Duration.ofSeconds(80)).until(() -> receiver.count("/fifty") >= 620);
        List<Instant> arrivals = receiver.arrivals("/fifty").stream()
                .map(RecordingReceiver.Arrival::at)
                .sorted()
                .toList();
        // What the bucket held goes out at once; afterwards it is the rate.
        Instant steady = arrivals.get(0).plusSeconds(1);
        long inAll = between(arrivals, steady, steady.plus(watched));
        List<Long> seconds = IntStream.range(0, (int) watched.toSeconds())
                .mapToObj(second -> between(arrivals, steady.plusSeconds(second), steady.plusSeconds(second + 1)))
                .toList();
        // Time is what it is about. A machine that is held up sends less in a second, and does not make up for it.
        assertThat(inAll).as("in 10 s: %s", seconds).isBetween(30 * 10L, 52 * 10L);
        assertThat(seconds).allMatch(sent -> sent <= 60);
    }

    @Test
    void besideAHundredThousandDueJobsThoseOfAnotherQueueStartAtOnce() throws IOException {
        prepareFlood();
        steer(one, "resume");
        await().atMost(Duration.ofSeconds(60)).until(() -> receiver.count("/flood") > 500);

        int worst = 0;
        for (int i = 0; i < 20; i++) {
            String path = "/beside/" + i;
            int before = receiver.count("/flood");
            (i % 2 == 0 ? one : two).api().push("{\"queue\": \"beside\", \"url\": \"" + receiver.url(path) + "\"}");
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> receiver.count(path) == 1);
            worst = Math.max(worst, receiver.count("/flood") - before);
        }

        int left = counts().get("pending").asInt();
        steer(one, "pause");
        assertThat(left).isGreaterThan(BACKLOG / 10);
        assertThat(worst).as("of the flood before one beside it").isLessThan(BACKLOG / 20);
    }

    @Test
    void aPauseStopsEveryNodeWithinASecondWhateverTheBacklog() throws IOException {
        prepareFlood();
        int before = receiver.count("/flood");
        steer(two, "resume");
        awaitBothSend();
        await().atMost(Duration.ofSeconds(60)).until(() -> receiver.count("/flood") > before + 500);

        steer(one, "pause");

        Instant paused = Instant.now();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> counts().get("processing").asInt() == 0);
        int sent = receiver.count("/flood");
        await().during(Duration.ofSeconds(2)).until(() -> receiver.count("/flood") == sent);
        Instant last = receiver.arrivals("/flood").get(sent - 1).at();
        assertThat(counts().get("pending").asInt()).isGreaterThan(BACKLOG / 10);
        // A second, and what a busy machine may need for it.
        assertThat(last).isBefore(paused.plusSeconds(5));
    }

    /** A hundred thousand jobs that are due, of a queue that is paused. */
    private void prepareFlood() {
        if (flood == 0) {
            flood = one.api().createQueue("{\"name\": \"" + FLOOD + "\"}");
            steer(one, "pause");
            push(FLOOD, "/flood", BACKLOG);
        }
    }

    private void steer(ServerProcess node, String how) {
        HttpResponse<String> answer = node.api().post("/api/queues/" + flood + "/" + how, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private JsonNode counts() {
        return Api.json(one.api().get("/api/queues/" + flood)).get("counts");
    }

    private void awaitBothSend() {
        Set<ServerProcess> sending = new HashSet<>();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    noteSending(sending);
                    return sending.size() == 2;
                });
    }

    private void noteSending(Set<ServerProcess> sending) throws IOException, InterruptedException {
        for (ServerProcess node : List.of(one, two)) {
            if (!sending.contains(node) && inFlight(node) > 0) {
                sending.add(node);
            }
        }
    }

    private int inFlight(ServerProcess node) throws IOException, InterruptedException {
        HttpResponse<String> metrics = admin.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return Api.json(metrics)
                .at("/gauges/posthaste.deliveries.inFlight/value")
                .asInt();
    }

    private static long between(List<Instant> arrivals, Instant from, Instant to) {
        return arrivals.stream()
                .filter(at -> !at.isBefore(from) && at.isBefore(to))
                .count();
    }

    private ServerProcess node() throws IOException {
        return ServerProcess.start(ServerProcess.directory("limits"), database.settings());
    }

    private void push(String queue, String path, int count) {
        for (int pushed = 0; pushed < count; pushed += BATCH) {
            pushTo(pushed / BATCH % 2 == 0 ? one : two, queue, path, Math.min(BATCH, count - pushed));
        }
    }

    private void pushTo(ServerProcess node, String queue, String path, int count) {
        String job = "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"}";
        node.api().pushAll(job, count);
    }
}
