package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Crons of two processes, whatever becomes of these: each fire is made once, and not before its time. Minutes are shortened by
 * moving the fires that wait.
 */
class CronsOfTwoNodesIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int CRONS = 40;

    private final List<ServerProcess> nodes = new ArrayList<>();
    private TestDatabase database;
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        database = TestDatabase.fresh();
        node();
        node();
    }

    @AfterEach
    void stop() {
        nodes.stream().filter(ServerProcess::isAlive).forEach(ServerProcess::close);
        receiver.close();
        database.close();
    }

    @Test
    void aNodeThatIsKilledASecondBeforeAFireLeavesItToTheOtherOne() throws Exception {
        make("/before", CRONS);
        Instant due = dueIn(Duration.ofSeconds(2));
        await().pollInterval(Duration.ofMillis(20)).until(() -> !Instant.now().isBefore(due.minusSeconds(1)));

        nodes.get(0).kill();

        assertFiredOnce("/before", CRONS, due);
    }

    @Test
    void aNodeThatIsKilledInTheMiddleOfAFiringTransactionLeavesItToTheOtherOne() throws Exception {
        make("/middle", CRONS);
        Instant due;
        try (Connection holding = database.dataSource().getConnection();
                Statement statement = holding.createStatement()) {
            holding.setAutoCommit(false);
            // The crons are taken, and their executions cannot be written.
            statement.execute("lock table jobs in share mode");
            due = dueIn(Duration.ofMillis(200));
            long holder = await().atMost(SOON).until(this::whoWaitsForJobs, pid -> pid != 0);
            ServerProcess doomed = ownerOf(holder);
            doomed.kill();
            assertThat(nodes.stream().filter(ServerProcess::isAlive)).hasSize(1);
            holding.rollback();
        }

        assertFiredOnce("/middle", CRONS, due);
    }

    @Test
    void aNodeThatIsKilledBetweenAFireAndItsRequestLeavesThatToTheOtherOne() throws Exception {
        make("/claim", CRONS);
        Instant due;
        try (Connection holding = database.dataSource().getConnection();
                Statement statement = holding.createStatement()) {
            holding.setAutoCommit(false);
            // Executions are written, and cannot be claimed.
            statement.execute("lock table qrtz_fired_one_shots in share mode");
            due = dueIn(Duration.ofMillis(200));
            await().atMost(SOON).until(() -> database.number("select count(*) from jobs") == CRONS);
            long claiming = await().atMost(SOON).until(this::whoClaims, pid -> pid != 0);
            ownerOf(claiming).kill();
            holding.rollback();
        }

        assertFiredOnce("/claim", CRONS, due);
    }

    @Test
    void whatWasDueWhileNoNodeWasThereIsSentOnceForEachCronWhenOneIsBack() throws Exception {
        make("/away", CRONS);
        for (ServerProcess node : nodes) {
            node.kill();
        }
        database.execute("update crons set cron_expression = '* * * * *',"
                + " next_fire_at = date_trunc('minute', clock_timestamp()) - interval '5 minutes'");

        node();
        node();

        await().atMost(SOON).until(() -> receiver.count("/away") >= CRONS);
        // A full minute may begin meanwhile, and is a fire of its own.
        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status = 'pending'") == 0);
        assertThat(database.number("select count(distinct (cron_id, due_at)) from jobs"))
                .isEqualTo(database.number("select count(*) from jobs"))
                .isEqualTo(receiver.count("/away"));
        assertThat(database.number("select count(*) from jobs where due_at < created_at - interval '61 seconds'"))
                .as("made up for more than the last")
                .isZero();
        assertThat(timesOfEach("/away").values()).allMatch(times -> times <= 2);
    }

    @Test
    void aChangeOnOneNodeHoldsForTheNextFireOnTheOther() throws Exception {
        make("/changed", CRONS);
        dueIn(SOON);
        for (long id = 1; id <= CRONS; id++) {
            HttpResponse<String> changed =
                    nodes.get(0).api().patch("/api/crons/" + id, "{\"url\": \"" + receiver.url("/other") + "\"}");
            assertThat(changed.statusCode()).isEqualTo(200);
        }
        nodes.get(0).kill();
        Instant due = dueIn(Duration.ofMillis(200));

        assertFiredOnce("/other", CRONS, due);
        assertThat(receiver.count("/changed")).isZero();
    }

    @Test
    void whatIsInFlightOnOneNodeKeepsAFireOfTheOtherBack() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        receiver.script("/held", RecordingReceiver.held(release));
        try {
            make("/held", CRONS, ", \"overlap\": \"skip\"");
            dueIn(Duration.ofMillis(100));
            await().atMost(SOON).until(() -> receiver.count("/held") == CRONS);
            for (int i = 1; i <= 3; i++) {
                dueIn(Duration.ofMillis(100));
                int skipped = i * CRONS;
                await().atMost(SOON)
                        .until(() -> database.number("select count(*) from jobs where status = 'skipped'") == skipped);
            }
            assertThat(receiver.count("/held")).isEqualTo(CRONS);
        } finally {
            release.countDown();
        }
        await().atMost(SOON)
                .until(() -> database.number("select count(*) from jobs where status = 'completed'") == CRONS);
        assertThat(timesOfEach("/held").values()).containsOnly(1L);
    }

    private void node() throws Exception {
        nodes.add(ServerProcess.start(ServerProcess.directory("crons"), database.settings()));
    }

    private void make(String path, int count) {
        make(path, count, "");
    }

    private void make(String path, int count, String more) {
        for (int i = 0; i < count; i++) {
            HttpResponse<String> made = nodes.get(i % 2)
                    .api()
                    .post(
                            "/api/crons",
                            "{\"name\": \"a\", \"cron_expression\": \"0 0 1 1 *\", \"url\": \"" + receiver.url(path)
                                    + "\"" + more + "}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        }
    }

    /** Moves all fires that wait; returns to when. */
    private Instant dueIn(Duration pause) throws SQLException {
        database.execute("update crons set next_fire_at = date_trunc('milliseconds', clock_timestamp()) + interval '"
                + pause.toMillis() + " milliseconds'");
        return Instant.ofEpochMilli(
                database.number("select floor(extract(epoch from min(next_fire_at)) * 1000)::bigint from crons"));
    }

    private void assertFiredOnce(String path, int count, Instant due) throws SQLException {
        await().atMost(SOON).until(() -> receiver.count(path) >= count);
        await().atMost(SOON)
                .until(() -> database.number("select count(*) from jobs where status = 'completed'") == count);
        assertThat(timesOfEach(path)).hasSize(count);
        assertThat(timesOfEach(path).values()).containsOnly(1L);
        assertThat(receiver.arrivals(path))
                .allSatisfy(arrival -> assertThat(arrival.at()).isAfterOrEqualTo(due));
        assertThat(database.number("select count(*) from jobs")).isEqualTo(count);
    }

    private Map<String, Long> timesOfEach(String path) {
        return receiver.arrivals(path).stream()
                .collect(Collectors.groupingBy(
                        arrival -> arrival.headers().get("X-posthaste-cron-id").get(0), Collectors.counting()));
    }

    private long whoWaitsForJobs() throws SQLException {
        return database.number("select coalesce(max(pid), 0) from pg_stat_activity where wait_event_type = 'Lock'"
                + " and datname = current_database() and query like 'insert into jobs%'");
    }

    private long whoClaims() throws SQLException {
        return database.number("select coalesce(max(pid), 0) from pg_stat_activity where wait_event_type = 'Lock'"
                + " and datname = current_database() and query like 'with wanted as materialized%'");
    }

    /** Sessions are called after their node, whose name begins with its process's number. */
    private ServerProcess ownerOf(long session) throws SQLException {
        String name = database.text("select application_name from pg_stat_activity where pid = " + session);
        return nodes.stream()
                .filter(node -> name.contains(" " + node.pid() + "-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no node is called " + name));
    }
}
