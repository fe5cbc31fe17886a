package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with leases so long that who is taken for dead in time was not found so by them. */
class TakeOverIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final List<String> LONG_LEASE = List.of("-Ddw.delivery.lease=5m");

    private final CountDownLatch released = new CountDownLatch(1);
    private final TestDatabase database = TestDatabase.fresh();
    private final List<ServerProcess> nodes = new ArrayList<>();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
        for (int i = 0; i < 2; i++) {
            nodes.add(ServerProcess.start(
                    ServerProcess.directory("taken"),
                    database.settings(),
                    Stream.concat(ClassArchive.options().stream(), LONG_LEASE.stream())
                            .toList()));
        }
    }

    @AfterEach
    void stop() {
        released.countDown();
        nodes.forEach(ServerProcess::close);
        receiver.close();
        database.close();
    }

    @Test
    void whatAKilledNodeHadInFlightAndWhatItWasToSendIsSentByTheOtherLongBeforeItsLeaseHasRunOut() throws Exception {
        ServerProcess doomed = nodes.get(0);
        await().atMost(SOON).until(() -> presences() == 2);
        List<Long> held = holdSome(doomed);
        long due = doomed.api().push(job("/due", 1));
        int before = receiver.count("/held");

        doomed.kill();

        await().atMost(SOON).until(() -> receiver.count("/held") > before && receiver.count("/due") == 1);
        released.countDown();
        held.add(due);
        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
        assertThat(receiver.timesSent("/held").values()).allMatch(times -> times <= 2);
        assertThat(receiver.count("/due")).isOne();
        assertThat(nodes.get(1).log()).contains("This node has taken over what [" + doomed.pid() + "-");
        assertThat(gauge(nodes.get(1), "posthaste.nodes.takenOver")).isOne();
        Verified.assertNothingToMend(nodes.subList(1, 2));
    }

    /** As a database's administrator does it: the one by which others know that it lives, then all that it has. */
    @Test
    void aNodeThatLosesItsSessionsWhileItLivesIsTakenForDeadByNobody() throws Exception {
        ServerProcess living = nodes.get(0);
        await().atMost(SOON).until(() -> presences() == 2);
        holdSome(living);
        for (int i = 0; i < 5; i++) {
            long key = keyOf(living);
            database.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                    + " and (classid::bigint << 32 | objid::bigint) = " + key);
            await().atMost(SOON).until(() -> keyOf(living) != key && presences() == 2);
        }
        for (int i = 0; i < 3; i++) {
            long key = keyOf(living);
            database.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where application_name like 'posthaste " + living.pid() + "-%'");
            await().atMost(SOON).until(() -> keyOf(living) != key && presences() == 2);
        }
        released.countDown();
        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);

        assertThat(receiver.timesSent("/held").values()).containsOnly(1L);
        assertThat(database.number("select count(*) from runs where failure_reason is not null"))
                .isZero();
        for (ServerProcess node : nodes) {
            assertThat(gauge(node, "posthaste.nodes.takenOver")).isZero();
        }
        Verified.assertNothingToMend(nodes);
    }

    /** Some are in flight on that node when it returns; the other may have some, too. */
    private List<Long> holdSome(ServerProcess node) throws SQLException {
        List<Long> held = new ArrayList<>();
        while (firingsOf(node) < 3) {
            held.add(node.api().push(job("/held", 0)));
            await().atMost(SOON).until(() -> receiver.count("/held") == held.size());
        }
        return held;
    }

    private String job(String path, int delay) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"delay\": " + delay + "}";
    }

    private long firingsOf(ServerProcess node) throws SQLException {
        return database.number("select coalesce(sum(remaining), 0) from qrtz_fired_one_shots where instance_name like '"
                + node.pid() + "-%'");
    }

    private long keyOf(ServerProcess node) throws SQLException {
        return database.number(
                "select coalesce(max(presence_key), 0) from qrtz_scheduler_state where instance_name like '"
                        + node.pid() + "-%'");
    }

    private long presences() throws SQLException {
        return database.number("select count(*) from qrtz_scheduler_state s join pg_locks l on l.locktype = 'advisory'"
                + " and l.granted and (l.classid::bigint << 32 | l.objid::bigint) = s.presence_key");
    }

    private static long gauge(ServerProcess node, String name) {
        return Api.json(new Api(node.adminPort(), ServerProcess.TOKEN).get("/metrics"))
                .at("/gauges/" + name + "/value")
                .asLong();
    }
}
