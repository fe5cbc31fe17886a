package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three nodes under load, replaced one after the other by SIGTERM, as a client sees it that follows their readiness: it asks
 * each node for it ten times a second, keeps its connections, and pushes to whoever is ready.
 */
public final class RollingRestart implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int NODES = 3;
    private static final int TERMINATED = 143;

    private final TestDatabase database = TestDatabase.empty();
    private final RecordingReceiver receiver = new RecordingReceiver();
    private final List<ServerProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<ServerProcess> ready = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clocks = Executors.newScheduledThreadPool(2);
    private final ExecutorService clients = Executors.newFixedThreadPool(16);
    private final HttpClient prober =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<ServerProcess, Api> apis = new HashMap<>();
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final Map<String, String> own;

    /** @param own settings of the nodes, by their environment's names */
    public RollingRestart(Map<String, String> own) throws IOException {
        this.own = own;
        receiver.script("/work", (exchange, count) -> {
            TimeUnit.MILLISECONDS.sleep(20);
            exchange.sendResponseHeaders(200, -1);
        });
        for (int i = 0; i < NODES; i++) {
            nodes.add(startNode());
        }
    }

    /**
     * Restarts each node once, and holds that no call fails, and that what was accepted is sent once and recorded.
     *
     * @param rate pushes a second
     * @param between for how long all nodes work before one of them is replaced
     */
    public void run(int rate, Duration between) throws Exception {
        follow();
        await().atMost(SOON).until(() -> ready.size() == NODES);
        var pushing = clocks.scheduleAtFixedRate(
                () -> clients.execute(this::push), 0, 1_000_000 / rate, TimeUnit.MICROSECONDS);
        for (ServerProcess old : List.copyOf(nodes)) {
            int before = accepted.size();
            await().atMost(SOON)
                    .until(() -> accepted.size() - before >= rate * between.toSeconds() || !failed.isEmpty());
            old.terminate();
            await().atMost(SOON).until(() -> !old.isAlive());
            assertThat(old.exitCode()).isEqualTo(TERMINATED);
            nodes.remove(old);
            nodes.add(startNode());
            await().atMost(SOON).until(() -> ready.size() == NODES && ready.containsAll(nodes));
        }
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        await().atMost(SOON)
                .until(() -> !failed.isEmpty()
                        || database.number("select count(*) from jobs where status = 'completed'") == accepted.size());

        assertThat(failed).isEmpty();
        assertThat(accepted).hasSizeGreaterThan(NODES * rate);
        Map<Long, Long> sent = receiver.timesSent("/work");
        assertThat(sent.keySet()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(sent.values()).containsOnly(1L);
        assertThat(database.number("select count(*) from jobs")).isEqualTo(accepted.size());
        assertThat(database.number("select count(*) from runs where failure_reason is not null"))
                .isZero();
    }

    private ServerProcess startNode() throws IOException {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.putAll(own);
        ServerProcess node = ServerProcess.start(ServerProcess.directory("rolling"), settings);
        synchronized (apis) {
            apis.put(node, node.api());
        }
        return node;
    }

    private void follow() {
        var unused = clocks.scheduleWithFixedDelay(
                () -> nodes.forEach(node -> {
                    if (!isReady(node)) {
                        ready.remove(node);
                    } else if (!ready.contains(node)) {
                        ready.add(node);
                    }
                }),
                0,
                100,
                TimeUnit.MILLISECONDS);
    }

    private boolean isReady(ServerProcess node) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/api/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return prober.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void push() {
        List<ServerProcess> now = List.copyOf(ready);
        if (now.isEmpty()) {
            failed.add("nobody was ready");
            return;
        }
        ServerProcess node = now.get(number.incrementAndGet() % now.size());
        try {
            Api api;
            synchronized (apis) {
                api = apis.get(node);
            }
            accepted.add(api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\"}"));
        } catch (RuntimeException | Error e) {
            failed.add("process " + node.pid() + ": " + e);
        }
    }

    @Override
    public void close() {
        clocks.shutdownNow();
        clients.shutdownNow();
        nodes.forEach(ServerProcess::close);
        receiver.close();
        database.close();
    }
}
