package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A storm of failures on two servers is one alert and two messages; a server that is killed loses none. */
class AlertStormIT {
    private static final int JOBS = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private TestDatabase database;
    private RecordingReceiver receiver;
    private ServerProcess one;
    private ServerProcess two;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        database = TestDatabase.empty();
        one = server();
        two = server();
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        receiver.close();
        database.close();
    }

    private ServerProcess server() throws Exception {
        return ServerProcess.start(ServerProcess.directory("node"), database.settings());
    }

    @Test
    void tenThousandFailuresAreToldByTwoMessagesWithTheRightCount() throws Exception {
        Api api = one.api();
        channel(api, "\"alert_types\": [\"warning\", \"failure\"]");
        long queue = queue(api);
        String job = "{\"queue\": \"storm\", \"url\": \"" + receiver.url("/failing") + "\", \"retry_delays\": []}";
        for (int i = 0; i < JOBS / 1_000; i++) {
            api.pushAll(Collections.nCopies(1_000, job));
        }
        assertThat(api.post("/api/queues/" + queue + "/resume", "").statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() -> database.number("select count(*) from jobs where status = 'failed'") == JOBS);
        assertThat(database.number("""
                select extract(epoch from max(executed_at) - min(executed_at)) from runs
                """))
                .as("seconds of the storm: the machine is too slow for this test")
                .isLessThan(60);
        assertThat(database.number("select count(distinct instance_name) from qrtz_scheduler_state"))
                .as("nodes")
                .isEqualTo(2);

        List<JsonNode> alerts =
                List.copyOf(Api.json(two.api().get("/api/alerts")).get("data").findParents("count"));
        assertThat(alerts).hasSize(2);
        assertThat(alerts).allMatch(alert -> alert.get("count").asLong() == JOBS);
        await().atMost(PATIENCE).until(() -> receiver.count("/hook") == 1);
        // The second one waits for its minute to be over.
        assertThat(database.number("select count(*) from alert_messages where status = 'pending'"
                        + " and due_at > clock_timestamp() - interval '10 seconds'"))
                .isOne();
        database.execute("update alert_messages set delivered_at = delivered_at - interval '1 minute'");
        database.execute("update qrtz_triggers set next_fire_time = 1 where job_name = 'alert'");
        await().atMost(PATIENCE)
                .until(() -> database.number("select count(*) from alert_messages where status = 'delivered'") == 2);

        List<JsonNode> told = receiver.arrivals("/hook").stream()
                .map(arrival -> Api.json(arrival.body()))
                .toList();
        assertThat(told).hasSize(2);
        JsonNode last = told.get(1);
        assertThat(last.get("event").asText()).isEqualTo("alert.failure");
        assertThat(last.get("count").asLong()).isEqualTo(JOBS);
        assertThat(told.stream()
                        .mapToLong(message -> message.get("new_count").asLong())
                        .sum())
                .isEqualTo(JOBS);
        assertThat(told.stream()
                        .mapToLong(message -> message.at("/more/0/new_count").asLong())
                        .sum())
                .isEqualTo(JOBS);
        assertThat(database.number("select count(*) from alert_messages")).isEqualTo(2);
    }

    @Test
    void aMessageWhoseServerIsKilledWhileItIsSentIsSentByTheOtherOneAsItWas() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        receiver.script("/hook", (exchange, count) -> {
            if (count == 1) {
                never.await();
            }
            exchange.sendResponseHeaders(200, -1);
        });
        Api api = one.api();
        channel(api, "\"alert_types\": [\"failure\"]");
        long queue = queue(api);
        // One alone is left, so that it is known who sends.
        two.close();
        api.push("{\"queue\": \"storm\", \"url\": \"" + receiver.url("/failing") + "\", \"retry_delays\": []}");
        api.post("/api/queues/" + queue + "/resume", "");
        await().atMost(PATIENCE).until(() -> receiver.count("/hook") == 1);

        one.kill();
        two = server();

        await().atMost(PATIENCE)
                .until(() -> database.number("select count(*) from alert_messages where status = 'delivered'") == 1);
        never.countDown();
        List<RecordingReceiver.Arrival> arrivals = receiver.arrivals("/hook");
        assertThat(arrivals).hasSize(2);
        assertThat(arrivals.get(1).body()).isEqualTo(arrivals.get(0).body());
        assertThat(database.number("select sum(count) from alerts where type = 'failure'"))
                .isOne();
    }

    private void channel(Api api, String fields) {
        assertThat(api.post(
                                "/api/alert-channels",
                                "{\"type\": \"webhook\", \"url\": \"" + receiver.url("/hook") + "\", " + fields + "}")
                        .statusCode())
                .isEqualTo(201);
    }

    private static long queue(Api api) {
        return api.createQueue("{\"name\": \"storm\", \"alerts_enabled\": true, \"is_active\": false}");
    }
}
