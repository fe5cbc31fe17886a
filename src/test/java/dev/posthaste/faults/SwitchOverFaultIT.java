package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.OwnPostgres;
import dev.posthaste.system.Api;
import dev.posthaste.system.DatabaseLine;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A primary and a standby that follows it by streaming replication, and one address for both. */
class SwitchOverFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** From the moment at which the address leads to the new primary. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

    private final Opened open = new Opened();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(2);
    private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private RecordingReceiver receiver;
    private OwnPostgres primary;
    private OwnPostgres standby;
    private DatabaseLine address;
    private ServerProcess server;

    @BeforeEach
    void start() throws Exception {
        receiver = open.add(new RecordingReceiver());
        OwnPostgres made = open.add(OwnPostgres.make(Map.of()));
        standby = open.add(made.copy("hot_standby=on"));
        // What was committed is on the standby; its own settings do not have it wait for one.
        primary = open.add(made.copy("synchronous_standby_names=*", "wal_level=replica"));
        // Replication comes over loopback, as the user that every client is.
        for (OwnPostgres one : List.of(primary, standby)) {
            Files.writeString(
                    one.files().resolve("pg_hba.conf"),
                    "host all all 127.0.0.1/32 scram-sha-256\nhost replication all 127.0.0.1/32 scram-sha-256\n");
        }
        standby.follow(primary);
        primary.start();
        standby.start();
        await().atMost(SOON)
                .until(() -> primary.number("select count(*) from pg_stat_replication where sync_state = 'sync'") == 1);
        address = open.add(new DatabaseLine(primary.target(), primary.settings()));
        server = open.add(ServerProcess.start(ServerProcess.directory("switch"), address.settings()));
    }

    @AfterEach
    void stop() throws Exception {
        clients.shutdownNow();
        open.close();
    }

    /** The old primary comes back as a standby, and connections to it are made before the address leads elsewhere. */
    @Test
    void afterASwitchOverJobsAreTakenSoonAndWhatWasAcceptedIsSent() throws Exception {
        Future<?> pushing = pushSteadily();
        await().atMost(SOON).until(() -> accepted.size() > 20);

        primary.stop();
        primary.follow(standby);
        standby.execute("select pg_promote()");
        primary.start();
        await().atMost(SOON)
                .until(() -> primary.number(
                                "select count(*) from pg_stat_activity" + " where application_name like 'posthaste %'")
                        > 0);
        assertThat(server.api().get("/api/health").statusCode()).isEqualTo(503);
        assertThat(server.isHealthy()).isFalse();
        address.leadTo(standby.target());

        assertGoesOn(pushing);
        assertThat(receiver.arrivals("/work"))
                .hasSize(receiver.timesSent("/work").size());
    }

    @Test
    void afterAFailOverJobsAreTakenSoonAndWhatWasAcceptedIsSent() throws Exception {
        Future<?> pushing = pushSteadily();
        await().atMost(SOON).until(() -> accepted.size() > 20);

        primary.kill();
        await().atMost(SOON).until(() -> server.api().get("/api/health").statusCode() == 503);
        standby.execute("select pg_promote()");
        address.leadTo(standby.target());

        assertGoesOn(pushing);
        // A claim is not waited for: one that was lost with the primary is made again.
        assertThat(receiver.timesSent("/work"))
                .allSatisfy((job, times) -> assertThat(times).isBetween(1L, 2L));
    }

    /** With both in the URL, and no address that leads to the one that is the primary. */
    @Test
    void aUrlThatNamesBothFindsTheOneThatIsThePrimary() throws Exception {
        server.close();
        Map<String, String> both = new HashMap<>(primary.settings());
        both.put(
                "POSTHASTE_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + primary.port() + ",127.0.0.1:" + standby.port()
                        + "/posthaste?targetServerType=primary");
        server = open.add(ServerProcess.start(ServerProcess.directory("switch"), both));
        Future<?> pushing = pushSteadily();
        await().atMost(SOON).until(() -> accepted.size() > 20);

        primary.kill();
        await().atMost(SOON).until(() -> server.api().get("/api/health").statusCode() == 503);
        standby.execute("select pg_promote()");

        assertGoesOn(pushing);
    }

    private void assertGoesOn(Future<?> pushing) throws Exception {
        await().atMost(BACK_WITHIN)
                .until(() -> server.api().get("/api/health").statusCode() == 200 && server.isHealthy());
        // No connection that still leads to the old one is left among those that calls get.
        int before = refused.size();
        int taken = accepted.size();
        await().atMost(SOON).until(() -> accepted.size() > taken + 100);
        assertThat(refused.size() - before).as("%s", refused).isLessThanOrEqualTo(5);
        pushing.cancel(false);
        clients.shutdown();
        assertThat(clients.awaitTermination(40, TimeUnit.SECONDS)).isTrue();

        await().atMost(SOON).until(() -> receiver.timesSent("/work").keySet().containsAll(accepted));
        await().atMost(SOON).until(() -> standby.number("select count(*) from jobs where status <> 'completed'") == 0);
        assertThat(refused).allMatch(answer -> answer.startsWith("503 "));
    }

    private Future<?> pushSteadily() {
        String job = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\"}";
        return clients.scheduleAtFixedRate(
                () -> {
                    try {
                        HttpResponse<String> answer = server.api().post("/api/jobs", job);
                        if (answer.statusCode() == 201) {
                            accepted.add(Api.json(answer).get("job_id").asLong());
                        } else {
                            refused.add(answer.statusCode() + " " + answer.body());
                        }
                    } catch (RuntimeException | Error e) {
                        refused.add(e.toString());
                    }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }
}
