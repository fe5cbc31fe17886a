package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three nodes on one database, one of which is gone from one moment to the next, in the middle of a claim; the database is
 * not told, and keeps its sessions.
 */
class DeadHostIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    /** The lease, and two check-ins of another node: one that saw the latest of the dead one's, and one that misses the next. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(8 + 2 * 2);

    /** On a machine that has other things to do. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(3);

    private static final int PUSH_EVERY_MS = 50;

    private final TestDatabase database = TestDatabase.fresh();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(4);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private RecordingReceiver receiver;
    private DatabaseLine line;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/held", (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, -1);
        });
        line = new DatabaseLine(database);
        for (var settings : List.of(database.settings(), database.settings(), line.settings())) {
            nodes.add(ServerProcess.start(ServerProcess.directory("host"), settings));
        }
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        clients.shutdownNow();
        nodes.forEach(ServerProcess::close);
        line.close();
        receiver.close();
        database.close();
    }

    @Test
    void theOthersGoOnAtOnceTakeItsWorkOverInTimeAndEndItsSessions() throws Exception {
        ServerProcess doomed = nodes.get(2);
        List<Long> held = new ArrayList<>();
        while (firingsOf(doomed) == 0) {
            // Whoever is asked claims first, usually.
            held.add(doomed.api().push(job("/held")));
            await().atMost(SOON).until(() -> receiver.count("/held") == held.size());
        }
        Future<?> pushing = clients.scheduleAtFixedRate(this::push, 0, PUSH_EVERY_MS, TimeUnit.MILLISECONDS);
        Future<?> looking = clients.scheduleWithFixedDelay(this::look, 0, 200, TimeUnit.MILLISECONDS);

        stallInTheMiddleOfAClaim(doomed);
        doomed.kill();
        assertThat(firingsOf(doomed)).isPositive();
        assertThat(sessionsOf(doomed, "true")).isPositive();

        int before = receiver.count("/work");
        await().atMost(SOON).until(() -> receiver.count("/work") >= before + 20);
        assertThat(firingsOf(doomed)).as("before they have taken over").isPositive();
        await().atMost(TAKE_OVER.plus(ALLOWANCE))
                .until(() -> firingsOf(doomed) == 0 && sessionsOf(doomed, "true") == 0);
        released.countDown();
        looking.cancel(false);
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);

        assertThat(complaints).isEmpty();
        assertThat(sentTo("/work")).containsAll(accepted);
        assertThat(sentTo("/held")).containsAll(held);
        Verified.assertNothingToMend(nodes.subList(0, 2));
    }

    /** Until it is in one that has taken something: the others claim too, and now and then it comes too late. */
    private void stallInTheMiddleOfAClaim(ServerProcess node) throws SQLException {
        for (int i = 0; i < 20; i++) {
            line.stallBeforeACommitOfAClaim();
            // Unless it stalls before it has answered, in the middle of another claim.
            Future<?> unused = clients.submit(() -> node.api().push(job("/work")));
            await().atMost(SOON).until(line::isStalled);
            if (sessionsOf(node, "state = 'idle in transaction' and backend_xid is not null") > 0) {
                return;
            }
            line.mend();
        }
        throw new AssertionError("the node never claimed anything");
    }

    private void push() {
        try {
            accepted.add(nodes.get(accepted.size() % 2).api().push(job("/work")));
        } catch (RuntimeException | Error e) {
            complaints.add(e.toString());
        }
    }

    private void look() {
        for (ServerProcess node : nodes.subList(0, 2)) {
            try {
                if (!node.isHealthy() || node.api().get("/api/health").statusCode() != 200) {
                    complaints.add("process " + node.pid() + " is not healthy");
                }
            } catch (RuntimeException | Error e) {
                complaints.add(e.toString());
            }
        }
    }

    private String job(String path) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\"}";
    }

    private Set<Long> sentTo(String path) {
        return receiver.arrivals(path).stream()
                .map(arrival ->
                        Long.valueOf(arrival.headers().get("X-posthaste-job-id").get(0)))
                .collect(Collectors.toSet());
    }

    private long firingsOf(ServerProcess node) throws SQLException {
        return database.number("select coalesce(sum(remaining), 0) from qrtz_fired_one_shots where instance_name like '"
                + node.pid() + "-%'");
    }

    private long sessionsOf(ServerProcess node, String condition) throws SQLException {
        return database.number("select count(*) from pg_stat_activity where datname = current_database()"
                + " and application_name like 'posthaste " + node.pid() + "-%' and " + condition);
    }
}
