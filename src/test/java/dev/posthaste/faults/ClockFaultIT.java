package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.Api;
import dev.posthaste.system.DatabaseLine;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.RecordingReceiver.Arrival;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on a PostgreSQL whose clock is set while it runs, and a node whose own is. */
class ClockFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Two leases and two check-ins, on a machine that has other things to do. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(30);

    private final Opened open = new Opened();
    private final CountDownLatch released = new CountDownLatch(1);
    private SetClock clock;
    private OwnPostgres database;
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        clock = SetClock.atOnce(Needed.clockLibrary(false));
        database = open.add(OwnPostgres.make(clock.environment()));
        database.start();
        receiver = open.add(new RecordingReceiver());
        receiver.script("/held", RecordingReceiver.held(released));
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        open.close();
    }

    @Test
    void nothingLeavesEarlyByAClockThatWasSetBackByLessThanASecond() throws Exception {
        List<ServerProcess> nodes = List.of(node(), node());
        for (int i = 0; i < 20; i++) {
            push(nodes.get(i % 2), jobs("/due", 8, 5));
            // So that some are due at each moment of some seconds.
            awaitUntil(Instant.now().plusMillis(90));
        }
        Map<Long, Instant> due = due();
        Instant first = due.values().stream().min(Instant::compareTo).orElseThrow();

        awaitUntil(first.minusMillis(300));
        clock.set(Duration.ofMillis(-400));
        Instant set = Instant.now();

        // What was claimed, a little early, before the clock was set may have gone by the clock that was.
        due.values().removeIf(instant -> instant.isBefore(set.plusMillis(50)));
        assertThat(due).hasSizeGreaterThan(100);
        await().atMost(SOON).until(() -> receiver.count("/due") == 160);
        assertThat(receiver.arrivals("/due"))
                .filteredOn(arrival -> due.containsKey(job(arrival)))
                .allSatisfy(arrival -> assertThat(clock.at(arrival.at())).isAfterOrEqualTo(due.get(job(arrival))));
    }

    @Test
    void whileTheClockIsAnHourBehindADeadNodesWorkAndALimitedQueueGoOnAndNothingLeavesEarly() throws Exception {
        ServerProcess doomed = node();
        ServerProcess living = node();
        assertThat(living.api()
                        .post("/api/queues", "{\"name\": \"limited\", \"max_per_second\": 5}")
                        .statusCode())
                .isEqualTo(201);
        List<Long> held = new ArrayList<>();
        while (firingsOf(doomed) == 0) {
            held.addAll(push(doomed, jobs("/held", 1, 0)));
            await().atMost(SOON).until(() -> receiver.count("/held") == held.size());
        }
        push(living, jobs("limited", "/limited", 60, 0));
        push(living, jobs("/later", 20, 5));
        await().atMost(SOON).until(() -> receiver.count("/limited") >= 5);

        clock.set(Duration.ofHours(-1));
        doomed.kill();

        await().atMost(TAKE_OVER).until(() -> firingsOf(doomed) == 0);
        int before = receiver.count("/limited");
        assertThat(before)
                .as("what waited is due in an hour by the clock that is")
                .isLessThan(60);
        push(living, jobs("limited", "/limited-now", 20, 0));
        push(living, jobs("/now", 20, 0));
        await().atMost(SOON).until(() -> receiver.count("/limited-now") == 20);
        await().atMost(SOON).until(() -> receiver.count("/now") == 20);
        assertThat(receiver.count("/later"))
                .as("due in an hour by the clock that is")
                .isZero();
        assertThat(living.isHealthy()).isTrue();

        clock.set(Duration.ZERO);
        released.countDown();
        await().atMost(SOON).until(() -> receiver.count("/later") == 20);
        awaitAllCompleted();
        assertSentOnce("/limited");
        assertSentOnce("/limited-now");
        assertSentOnce("/later");
        assertSentOnce("/now");
        held.forEach(id -> assertThat(timesSent("/held").get(id)).isBetween(1L, 2L));
    }

    @Test
    void nothingInFlightIsSentTwiceWhenTheClockIsSetAheadByAMinute() throws Exception {
        List<ServerProcess> nodes = List.of(node(), node());
        for (int i = 0; i < 10; i++) {
            push(nodes.get(i % 2), jobs("/held", 2, 0));
        }
        push(nodes.get(0), jobs("/later", 20, 50));
        await().atMost(SOON).until(() -> receiver.count("/held") == 20);

        clock.set(Duration.ofMinutes(1));

        await().atMost(SOON).until(() -> receiver.count("/later") == 20);
        // Who were taken for dead by that clock would be so within two leases.
        awaitUntil(Instant.now().plusSeconds(18));
        assertThat(nodes).allMatch(ServerProcess::isHealthy);
        released.countDown();
        awaitAllCompleted();
        assertSentOnce("/held");
        assertSentOnce("/later");
        assertThat(database.number("select count(*) from runs where failure_reason is not null"))
                .isZero();
    }

    @Test
    void aNodeWhoseClockIsSetBackDuringAnOutageChecksInAndSendsAsSoonAsTheDatabaseIsBack() throws Exception {
        SetClock own = SetClock.soon(Needed.clockLibrary(true));
        DatabaseLine line = open.add(new DatabaseLine(database.target(), database.settings()));
        Map<String, String> settings = new HashMap<>(line.settings());
        settings.putAll(own.environment());
        ServerProcess node = open.add(ServerProcess.start(ServerProcess.directory("clock"), settings, List.of()));
        push(node, jobs("/later", 5, 6));

        line.cut();
        await().atMost(SOON).until(() -> node.api().get("/api/health").statusCode() == 503);
        own.set(Duration.ofHours(-1));
        await().atMost(SOON).until(() -> wallClock(node).isBefore(Instant.now().minus(Duration.ofMinutes(55))));
        awaitUntil(Instant.now().plusSeconds(9));
        line.mend();

        await().atMost(Duration.ofSeconds(20)).until(node::isHealthy);
        await().atMost(Duration.ofSeconds(20)).until(() -> receiver.count("/later") == 5);
        long checkIn = checkIn();
        await().atMost(Duration.ofSeconds(10)).until(() -> checkIn() > checkIn);
        awaitAllCompleted();
        assertSentOnce("/later");
    }

    private ServerProcess node() throws IOException {
        return open.add(ServerProcess.start(ServerProcess.directory("clock"), database.settings()));
    }

    private String jobs(String path, int count, int delay) {
        return jobs("q", path, count, delay);
    }

    private String jobs(String queue, String path, int count, int delay) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\", \"delay\": "
                        + delay + "}")
                .collect(Collectors.joining(", ", "{\"jobs\": [", "]}"));
    }

    private static List<Long> push(ServerProcess node, String jobs) {
        HttpResponse<String> answer = node.api().post("/api/jobs/batch", jobs);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        List<Long> pushed = new ArrayList<>();
        Api.json(answer).get("jobs").forEach(job -> pushed.add(job.get("job_id").asLong()));
        return pushed;
    }

    /** When each job is due by the database's clock. */
    private Map<Long, Instant> due() throws SQLException {
        Map<Long, Instant> due = new HashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id, due_at from jobs")) {
            while (row.next()) {
                due.put(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant());
            }
        }
        return due;
    }

    private static long job(Arrival arrival) {
        return Long.parseLong(arrival.headers().get("X-posthaste-job-id").get(0));
    }

    private Map<Long, Long> timesSent(String path) {
        return receiver.arrivals(path).stream()
                .collect(Collectors.groupingBy(ClockFaultIT::job, Collectors.counting()));
    }

    private void assertSentOnce(String path) {
        assertThat(timesSent(path)).allSatisfy((job, times) -> assertThat(times).isOne());
    }

    private void awaitAllCompleted() {
        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
    }

    private long firingsOf(ServerProcess node) throws SQLException {
        return database.number("select coalesce(sum(remaining), 0) from qrtz_fired_one_shots where instance_name like '"
                + node.pid() + "-%'");
    }

    private long checkIn() throws SQLException {
        return database.number("select max(last_checkin_time) from qrtz_scheduler_state");
    }

    private static Instant wallClock(ServerProcess node) {
        String date = node.api().get("/api/health").headers().firstValue("Date").orElseThrow();
        return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static void awaitUntil(Instant moment) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Instant.now().isAfter(moment));
    }
}
