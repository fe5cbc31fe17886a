package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.OwnPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PostgreSQL is away for longer than a node's lease, in one way or the other, and comes back; nobody restarts the node. */
class DatabaseReturnIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Longer than a lease, so that the node has lost it. */
    private static final Duration AWAY = Duration.ofSeconds(10);

    /** These tests are about this time: three seconds are promised, the rest is for a machine that has other things to do. */
    private static final Duration PROMISED = Duration.ofSeconds(3 + 5);

    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Connection> others = new ArrayList<>();
    private RecordingReceiver receiver;
    private OwnPostgres database;
    private DatabaseLine line;
    private ServerProcess server;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
        database = OwnPostgres.make(Map.of(), "max_connections=60").start();
        line = new DatabaseLine(database.target(), database.settings());
        server = ServerProcess.start(ServerProcess.directory("return"), line.settings());
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        for (Connection other : others) {
            other.close();
        }
        server.close();
        line.close();
        database.close();
        receiver.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopped", "stopped immediately", "killed"})
    void oneThatWasDownIsUsedAsSoonAsItIsBack(String how) throws Exception {
        long held = push("/held", 0);
        long due = push("/due", 2);
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);
        // Its commit waits for the disk, and the claim's before it does not: one that is lost is made again.
        push("/never", 3_600);

        switch (how) {
            case "stopped" -> database.stop();
            case "stopped immediately" -> database.stopImmediately();
            default -> database.kill();
        }
        assertRefusesForAWhile();
        database.start();

        assertGoesOn(how, Instant.now(), held, due);
    }

    @Test
    void oneThatNothingGotThroughToIsUsedAsSoonAsSomethingDoes() throws Exception {
        long held = push("/held", 0);
        long due = push("/due", 2);
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);

        line.stall();
        assertAwayFor(() -> true);
        line.mend();

        assertGoesOn("stalled", Instant.now(), held, due);
    }

    /** As a firewall does that was restarted: the old connections are dead, and nobody says so. */
    @Test
    void connectionsThatTheNetworkHasForgottenAreGivenUpWithinALease() throws Exception {
        // Recorded as well: the claim is what is looked at here.
        server.api().awaitStatus(push("/warm", 0), "completed");
        long due = push("/due", 7);

        line.forgetConnections();

        await().atMost(Duration.ofSeconds(40)).until(() -> receiver.count("/due") == 1);
        Instant dueAt = Instant.parse(server.api().job(due).get("scheduled_at").asText());
        // A claim that is under way waits a lease for its answer, and then a connection that is none is found out.
        assertThat(receiver.arrivals("/due").get(0).at()).isBefore(dueAt.plusSeconds(8 + 3 + 1 + 5));
    }

    /** Connections that have idled are asked before they are used, and who looks after the database waits shortly. */
    @Test
    void callsAndReadinessDoNotWaitForConnectionsThatTheNetworkHasForgotten() throws Exception {
        server.api().awaitStatus(push("/warm", 0), "completed");
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);

        line.forgetConnections();
        Instant forgotten = Instant.now();

        // The first call may be refused, soon.
        await().atMost(SOON)
                .until(() -> server.api().post("/api/jobs", job("/due", 0)).statusCode() == 201);
        await().atMost(SOON).until(() -> receiver.count("/due") == 1);
        await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 200);
        // A few that were just in use may be met one after the other.
        assertThat(Instant.now()).isBefore(forgotten.plusSeconds(25));
        assertThat(receiver.count("/due")).isOne();
    }

    /** The answer to its commit never comes, and nothing is claimed while it is waited for. */
    @Test
    void anOutcomeThatIsBeingWrittenAsTheNetworkForgetsIsWrittenWithinALeaseAsWell() throws Exception {
        long held = push("/held", 0);
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);
        // A connection that was used a moment ago is taken for one without being asked.
        push("/never", 3_600);

        line.stall();
        released.countDown();
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        line.forgetConnections();
        line.mend();
        Instant back = Instant.now();

        await().atMost(Duration.ofSeconds(50))
                .ignoreExceptions()
                .until(() -> server.api().job(held).get("status").asText().equals("completed"));
        assertThat(Instant.now()).isBefore(back.plusSeconds(8 + 3 + 1 + 5));
        assertThat(server.api().job(held).get("runs")).hasSize(1);
        assertThat(receiver.count("/held")).isOne();
    }

    @Test
    void oneThatHasNoConnectionLeftRefusesAndIsUsedAsSoonAsItHas() throws Exception {
        long held = push("/held", 0);
        long due = push("/due", 10);
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);

        takeAllConnections();
        assertRefusesForAWhile();
        for (Connection other : others) {
            other.close();
        }

        assertGoesOn("exhausted", Instant.now(), held, due);
    }

    @Test
    void sessionsThatAreEndedAgainAndAgainLoseNothing() throws Exception {
        List<Long> accepted = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            HttpResponse<String> answer =
                    server.api().post("/api/jobs", job("/work", 0), "Idempotency-Key", "ended-" + i);
            for (int tries = 0; answer.statusCode() == 503 && tries < 20; tries++) {
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                answer = server.api().post("/api/jobs", job("/work", 0), "Idempotency-Key", "ended-" + i);
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            accepted.add(Api.json(answer).get("job_id").asLong());
            if (i % 3 == 0) {
                database.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name like 'posthaste %'");
            }
        }

        await().atMost(SOON).until(() -> database.number("select count(*) from jobs where status <> 'completed'") == 0);
        assertThat(receiver.timesSent("/work").keySet()).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(database.number("select count(*) from jobs")).isEqualTo(accepted.size());
        assertThat(database.number("select count(*) from runs where failure_reason is null"))
                .isEqualTo(accepted.size());
        await().atMost(SOON).until(server::isHealthy);
    }

    /** What takes longer than he allows others is done all the same, in every pool. */
    @Test
    void anAdministratorsTimeoutsAreNotForOurSessions() throws Exception {
        database.execute("""
                create function slow() returns trigger language plpgsql as
                  $$ begin perform pg_sleep(0.3); return null; end $$;
                create trigger slow after insert or update on jobs for each statement execute function slow();
                create trigger slow after update on qrtz_scheduler_state for each statement execute function slow()
                """);
        for (String limit :
                List.of("statement_timeout", "lock_timeout", "transaction_timeout", "idle_session_timeout")) {
            database.execute("alter role posthaste set " + limit + " = '50ms'");
        }
        try (ServerProcess limited = ServerProcess.start(ServerProcess.directory("limited"), database.settings())) {
            long id = limited.api().push(job("/limited", 0));
            await().atMost(SOON)
                    .until(() -> limited.api().job(id).get("status").asText().equals("completed"));

            assertThat(limited.api()
                            .post("/api/jobs/" + push("/never", 3600) + "/cancel", "")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(limited.isHealthy()).isTrue();
            assertThat(limited.log()).doesNotContain("canceling statement", "could not check in");
        }
    }

    /** Those of the node too: they are ended until it has none. */
    private void takeAllConnections() throws SQLException {
        String ofNode = " from pg_stat_activity where application_name like 'posthaste %'";
        others.add(database.connect());
        try (Statement statement = others.get(0).createStatement()) {
            int looks = 0;
            // One that is just being opened has no name yet: nobody is there when none is seen three times in a row.
            while (looks < 3) {
                try {
                    others.add(database.connect());
                    looks = 0;
                } catch (SQLException full) {
                    try (ResultSet row = statement.executeQuery("select count(pg_terminate_backend(pid))" + ofNode)) {
                        row.next();
                        looks = row.getLong(1) == 0 ? looks + 1 : 0;
                    }
                    statement.execute("select pg_sleep(0.2)");
                }
            }
        }
    }

    private void assertRefusesForAWhile() {
        assertAwayFor(() -> {
            HttpResponse<String> answer = server.api().post("/api/jobs", job("/refused", 0));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            return true;
        });
        assertThat(server.api().get("/api/health").statusCode()).isEqualTo(503);
        assertThat(server.isHealthy()).isFalse();
    }

    /** What is in flight ends meanwhile. */
    private void assertAwayFor(BooleanSupplier holds) {
        released.countDown();
        await().pollInterval(Duration.ofMillis(500))
                .during(AWAY)
                .atMost(AWAY.plusSeconds(60))
                .until(holds::getAsBoolean);
    }

    /** What has ended meanwhile is recorded, and what was due is sent. */
    private void assertGoesOn(String how, Instant back, long held, long due) {
        await().atMost(SOON).until(() -> receiver.count("/due") == 1);
        Duration late = Duration.between(back, receiver.arrivals("/due").get(0).at());
        System.out.println("The first due job came " + late.toMillis() + " ms after the database was back: " + how);
        assertThat(late).isBetween(Duration.ZERO, PROMISED);

        for (long id : List.of(held, due)) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> server.api().job(id).get("status").asText().equals("completed"));
            assertThat(server.api().job(id).get("runs")).hasSize(1);
        }
        assertThat(receiver.count("/held")).isOne();
        assertThat(receiver.count("/refused")).isZero();
        assertThat(server.isAlive()).isTrue();
        await().atMost(SOON).until(server::isHealthy);
    }

    private long push(String path, int delay) {
        return server.api().push(job(path, delay));
    }

    private String job(String path, int delay) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"delay\": " + delay + "}";
    }
}
