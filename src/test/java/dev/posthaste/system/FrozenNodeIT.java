package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes on one database, one of which stands still for longer than its lease, as a suspended machine does. */
class FrozenNodeIT {
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(20);
    private static final int PUSH_EVERY_MS = 50;

    private final TestDatabase database = TestDatabase.fresh();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(3);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/work", (exchange, count) -> {
            TimeUnit.MILLISECONDS.sleep(400);
            exchange.sendResponseHeaders(200, -1);
        });
        for (int i = 0; i < 3; i++) {
            nodes.add(ServerProcess.start(ServerProcess.directory("frozen"), database.settings()));
        }
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        nodes.forEach(ServerProcess::close);
        receiver.close();
        database.close();
    }

    @Test
    void theOthersTakeOverAndTheFrozenNodeSendsNothingOfItWhenItComesBack() throws Exception {
        ServerProcess frozen = nodes.get(2);
        try {
            pushSteadily();
            Set<Long> held = freezeUnderLoad(frozen);
            AtomicInteger looks = new AtomicInteger();
            Future<?> looking =
                    clients.scheduleWithFixedDelay(() -> lookAtTheOthers(looks), 0, 200, TimeUnit.MILLISECONDS);

            await().atMost(TAKEN_OVER_WITHIN).until(() -> heldBy(frozen).isEmpty());
            await().atMost(Duration.ofSeconds(60)).until(() -> sent().keySet().containsAll(held));
            frozen.signal("CONT");

            await().atMost(Duration.ofSeconds(60)).until(frozen::isHealthy);
            await().atMost(Duration.ofSeconds(60)).until(() -> !heldBy(frozen).isEmpty());
            looking.cancel(false);
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            database.number("select count(*) from jobs where status = 'completed'") == accepted.size());

            assertThat(complaints).isEmpty();
            assertThat(looks.get()).isGreaterThan(5);
            assertThat(sent().keySet()).containsExactlyInAnyOrderElementsOf(accepted);
            assertThat(sent())
                    .allSatisfy((job, times) -> assertThat(times)
                            .as("job " + job + (held.contains(job) ? ", held when its node froze" : ""))
                            .isBetween(1L, held.contains(job) ? 2L : 1L));
            assertThat(database.number("select count(*) from jobs where status <> 'completed'"))
                    .isZero();
            Verified.assertNothingToMend(nodes);
        } finally {
            frozen.signal("CONT");
        }
    }

    private void pushSteadily() {
        AtomicInteger number = new AtomicInteger();
        Future<?> unused = clients.scheduleAtFixedRate(
                () -> {
                    try {
                        Api api = nodes.get(number.incrementAndGet() % 2).api();
                        accepted.add(api.push(
                                "{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\", \"delay\": 2}"));
                    } catch (RuntimeException | Error e) {
                        complaints.add(e.toString());
                    }
                },
                0,
                PUSH_EVERY_MS,
                TimeUnit.MILLISECONDS);
    }

    private void lookAtTheOthers(AtomicInteger looks) {
        for (ServerProcess node : nodes.subList(0, 2)) {
            if (!node.isHealthy() || node.api().get("/api/health").statusCode() != 200) {
                complaints.add("process " + node.pid() + " is not healthy");
            }
        }
        looks.incrementAndGet();
    }

    /** At a moment when it has something in flight, and returns what it held then. */
    private Set<Long> freezeUnderLoad(ServerProcess node) throws Exception {
        for (int i = 0; i < 20; i++) {
            await().atMost(Duration.ofSeconds(60)).until(() -> heldBy(node).size() >= 2);
            node.signal("STOP");
            // What it had sent to the database by then is done.
            await().until(() -> database.number("select count(*) from pg_stat_activity where state = 'active'"
                            + " and datname = current_database() and pid <> pg_backend_pid()")
                    < 10);
            Set<Long> held = heldBy(node);
            if (!held.isEmpty()) {
                return held;
            }
            node.signal("CONT");
        }
        throw new AssertionError("the node never had anything in flight");
    }

    private Set<Long> heldBy(ServerProcess node) throws SQLException {
        String sql = "select substr(name, 2)::bigint from qrtz_fired_one_shots f,"
                + " unnest(f.trigger_names) with ordinality as t (name, place)"
                + " where instance_name like '" + node.pid() + "-%' and get_bit(f.ended, place::int - 1) = 0";
        Set<Long> held = new HashSet<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                held.add(row.getLong(1));
            }
        }
        return held;
    }

    private Map<Long, Long> sent() {
        return receiver.arrivals("/work").stream()
                .collect(Collectors.groupingBy(
                        arrival -> Long.valueOf(
                                arrival.headers().get("X-posthaste-job-id").get(0)),
                        Collectors.counting()));
    }
}
