package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import io.dropwizard.testing.ConfigOverride;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody has changed the tables by hand: {@code POST /tasks/verify} finds it, says it, and mends it. */
class VerifyIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TRIGGERS = "select string_agg(concat_ws(' ', trigger_group, trigger_name, job_name,"
            + " next_fire_time, priority, weight > 16384, trigger_state, trigger_type), ', ') from qrtz_triggers";

    private final CountDownLatch released = new CountDownLatch(1);
    private RecordingReceiver receiver;
    private ServerInside server;
    private TestDatabase database;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
        database = server.database();
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.close();
        receiver.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"x\"]", "[\"a large one\"]"})
    void aPendingJobThatNothingWouldSendIsSentAsItWas(String payload) throws SQLException {
        String body = payload.replace("a large one", "x".repeat(20_000));
        long id = api.push("{\"queue\": \"q\", \"priority\": 2, \"delay\": 3600, \"payload\": " + body + ", \"url\": \""
                + receiver.url("/lost") + "\"}");
        api.push(job("/other", 3_600));
        String before = database.text(TRIGGERS + " where trigger_name = 'j" + id + "'");
        database.execute("delete from qrtz_triggers where trigger_name = 'j" + id + "'");

        assertThat(verify())
                .startsWith("Mended 1 jobs, 0 callbacks, 0 triggers, 0 crons, 0 gates, 0 counts, 0 claims; ");

        assertThat(database.text(TRIGGERS + " where trigger_name = 'j" + id + "'"))
                .isEqualTo(before);
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + "; since this node started 1 jobs, ");
        assertThat(gauge("jobs")).isOne();
        fireNow();
        await().atMost(SOON).until(() -> receiver.count("/lost") == 1 && receiver.count("/other") == 1);
    }

    @Test
    void whatAnotherNodeIsAtIsSaidNotToBeVerified() throws SQLException {
        Api admin = new Api(server.adminPort(), ServerProcess.TOKEN);
        try (Connection other = database.dataSource().getConnection()) {
            hold(other, "fires of crons");
            assertThat(admin.post("/tasks/verify", "").body())
                    .startsWith("Mended " + Verified.NOTHING + "; ")
                    .endsWith(". Crons are not verified: another node is at it.\n");

            hold(other, "verification");
            assertThat(admin.post("/tasks/verify", "").body()).isEqualTo("Not verified: another node is at it.\n");
        }
        try (Connection other = database.dataSource().getConnection()) {
            hold(other, "verification");
            assertThat(admin.post("/tasks/verify", "").body())
                    .isEqualTo("Mended 0 crons. The rest is not verified: another node is at it.\n");
        }
    }

    private static void hold(Connection connection, String task) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(hashtext('posthaste " + task + "'))");
        }
    }

    @Test
    void aPendingCallbackThatNothingWouldSendIsSentAsItWas() throws SQLException {
        receiver.script("/down", RecordingReceiver.status(500));
        api.push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/done") + "\", \"callback_url\": \""
                + receiver.url("/down") + "\"}");
        String waiting = TRIGGERS + " where job_name = 'callback'";
        await().atMost(SOON).until(() -> database.number("select count(*) from callbacks where attempts = 1") == 1);
        String before = database.text(waiting);
        assertThat(before).contains("callback");
        database.execute("delete from qrtz_triggers where job_name = 'callback'");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 1 callbacks, 0 triggers, 0 crons, 0 gates, 0 counts, 0 claims; ");

        assertThat(database.text(waiting)).isEqualTo(before);
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
        assertThat(gauge("callbacks")).isOne();
    }

    @Test
    void aMessageToAChannelThatNothingWouldSendIsSent() throws SQLException {
        receiver.script("/channel", RecordingReceiver.status(500));
        receiver.script("/failing", RecordingReceiver.status(500));
        long channel = Api.json(api.post(
                        "/api/alert-channels",
                        "{\"type\": \"webhook\", \"url\": \"" + receiver.url("/channel") + "\"}"))
                .get("id")
                .asLong();
        api.createQueue("{\"name\": \"watched\", \"alerts_enabled\": true}");
        api.push("{\"queue\": \"watched\", \"retry_delays\": [], \"url\": \"" + receiver.url("/failing") + "\"}");
        await().atMost(SOON)
                .until(() -> database.number("select count(*) from alert_messages where attempts = 1") == 1);
        String waiting = TRIGGERS + " where job_name = 'alert'";
        String before = database.text(waiting);
        database.execute("delete from qrtz_triggers where job_name = 'alert'");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 1 callbacks, 0 triggers, 0 crons, 0 gates, 0 counts, 0 claims; ");

        assertThat(database.text(waiting)).isEqualTo(before).contains("alert");
        database.execute("delete from qrtz_triggers where job_name = 'alert'");
        assertThat(api.delete("/api/alert-channels/" + channel).statusCode()).isEqualTo(204);
        assertThat(verify()).as("of a channel that is gone").startsWith("Mended " + Verified.NOTHING + ";");
    }

    /** It is removed with the cron, a little later. */
    @Test
    void theCallbackOfARemovedCronIsNotSent() throws SQLException {
        receiver.script("/down", RecordingReceiver.status(500));
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"c\", \"cron_expression\": \"@yearly\", \"url\": \"" + receiver.url("/c")
                                + "\", \"callback_url\": \"" + receiver.url("/down") + "\"}"))
                .get("id")
                .asLong();
        assertThat(api.post("/api/crons/" + cron + "/run", "").statusCode()).isLessThan(300);
        await().atMost(SOON).until(() -> database.number("select count(*) from callbacks where attempts = 1") == 1);
        assertThat(api.delete("/api/crons/" + cron).statusCode()).isEqualTo(204);
        database.execute("delete from qrtz_triggers where job_name = 'callback'");

        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");

        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
    }

    @Test
    void whatIsClaimedIsNotLost() {
        receiver.script("/held", RecordingReceiver.held(released));
        long id = api.push(job("/held", 0));
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);

        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");

        released.countDown();
        await().atMost(SOON).until(() -> status(id).equals("completed"));
        assertThat(receiver.count("/held")).isOne();
    }

    @Test
    void whatHasEndedIsNotSentAgain() throws SQLException {
        long done = api.push(job("/done", 0));
        await().atMost(SOON).until(() -> status(done).equals("completed"));
        long cancelled = api.push(job("/cancelled", 3_600));
        assertThat(api.post("/api/jobs/" + cancelled + "/cancel", "").statusCode())
                .isEqualTo(200);

        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
    }

    @Test
    void triggersOfNothingAreRemovedAndThoseOfALaterBuildAreLetBe() throws SQLException {
        long id = api.push(job("/kept", 3_600));
        String kept = database.text(TRIGGERS);
        long queue = database.number("select queue_id from jobs where id = " + id);
        insert("delivery", "q" + queue, "j999");
        insert("delivery", "q999", "j" + id);
        insert("callback", "c" + queue, "c999");
        insert("heartbeat", "h-1", "h" + id);
        insert("alert", "a1", "a1");
        insert("later", "x1", "x1");
        insert("later", "x2", "x-of its own");
        insert("delivery", "q" + queue, "named by hand");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 0 callbacks, 6 triggers, 0 crons, 0 gates, 0 counts, 0 claims; ");

        assertThat(database.text(TRIGGERS + " where job_name <> 'later'")).isEqualTo(kept);
        assertThat(database.number("select count(*) from qrtz_triggers")).isEqualTo(3);
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
    }

    @Test
    void gatesSayWhatTheirQueuesSay() throws SQLException {
        long held = api.createQueue("{\"name\": \"held\"}");
        api.createQueue("{\"name\": \"limited\", \"max_parallelism\": 3, \"max_per_second\": 2}");
        database.execute("insert into qrtz_group_gates (sched_name, trigger_group, paused) values ('posthaste', 'q"
                + held + "', true)");
        database.execute("delete from qrtz_group_gates where max_in_flight = 3");
        api.push("{\"queue\": \"held\", \"url\": \"" + receiver.url("/held-up") + "\"}");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 0 callbacks, 0 triggers, 0 crons, 2 gates, 0 counts, 0 claims; ");

        await().atMost(SOON).until(() -> receiver.count("/held-up") == 1);
        assertThat(database.text("select concat_ws(' ', paused, max_in_flight, max_per_second) from qrtz_group_gates"
                        + " where max_in_flight is not null"))
                .isEqualTo("f 3 2");
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
    }

    @Test
    void gatesThatHadCountedWronglyAreMendedByACheckInAndCounted() throws SQLException {
        api.createQueue("{\"name\": \"limited\", \"max_parallelism\": 1}");
        database.execute("update qrtz_group_gates set in_flight = 1");
        api.push("{\"queue\": \"limited\", \"url\": \"" + receiver.url("/limited") + "\"}");

        await().atMost(SOON).until(() -> receiver.count("/limited") == 1 && gauge("gates") == 1);
    }

    @Test
    void queuesCountWhatIsThere() throws SQLException {
        receiver.script("/held", RecordingReceiver.held(released));
        receiver.script("/failing", RecordingReceiver.status(500));
        api.push(job("/held", 0));
        api.push(job("/later", 3_600));
        api.push(job("/done", 0));
        api.push("{\"queue\": \"q\", \"retry_delays\": [], \"url\": \"" + receiver.url("/failing") + "\"}");
        api.push("{\"queue\": \"q\", \"retry_delays\": [3600], \"url\": \"" + receiver.url("/failing") + "\"}");
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"c\", \"cron_expression\": \"@yearly\", \"queue\": \"q\"," + " \"url\": \""
                                + receiver.url("/held") + "\"}"))
                .get("id")
                .asLong();
        assertThat(api.post("/api/crons/" + cron + "/run", "").statusCode()).isLessThan(300);
        await().atMost(SOON).until(() -> receiver.count("/held") == 2 && receiver.count("/failing") == 2);
        String sums = "select concat_ws(' ', sum(pending), sum(completed), sum(failed), sum(dead_lettered))"
                + " from queue_counts";
        await().atMost(SOON).until(() -> database.text(sums).matches("4 1 \\d \\d"));
        String before = database.text(sums);
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");

        database.execute(
                "update queue_counts set pending = pending + 7, completed = completed - 3, failed = failed + 2,"
                        + " dead_lettered = dead_lettered + 1");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 0 callbacks, 0 triggers, 0 crons, 0 gates, 1 counts, 0 claims; ");
        assertThat(database.text(sums)).isEqualTo(before);
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
    }

    @Test
    void aCronWhoseFireIsWrongIsMended() throws SQLException {
        assertThat(api.post(
                                "/api/crons",
                                "{\"name\": \"c\", \"cron_expression\": \"0 * * * *\", \"url\": \"" + receiver.url("/c")
                                        + "\"}")
                        .statusCode())
                .isEqualTo(201);
        database.execute("update crons set next_fire_at = clock_timestamp() + interval '70 days'");

        assertThat(verify())
                .startsWith("Mended 0 jobs, 0 callbacks, 0 triggers, 1 crons, 0 gates, 0 counts, 0 claims; ");
    }

    /** Whoever has it is no member: no check-in waits for a repair. */
    @Test
    void whatIsClaimedByNobodyIsSent() throws SQLException {
        long id = api.push(job("/claimed", 3_600));
        database.execute("""
                with taken as (delete from qrtz_triggers returning *)
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, ended, remaining, weights)
                select sched_name, 'claim', 'nobody', trigger_group, job_name, 0, false, array[trigger_name],
                       array[0], array[priority], B'0', 1, array[weight] from taken
                """);

        await().atMost(SOON).until(() -> status(id).equals("completed"));
        assertThat(receiver.count("/claimed")).isOne();
        assertThat(verify()).startsWith("Mended " + Verified.NOTHING + ";");
    }

    private void insert(String kind, String group, String name) throws SQLException {
        database.execute("insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,"
                + " next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)"
                + " values ('posthaste', '" + name + "', '" + group + "', '" + kind
                + "', 'one-shots', 4000000000000, -1, 5,"
                + " 'WAITING', 'ONCE', 4000000000000, 0, -1)");
    }

    private void fireNow() throws SQLException {
        database.execute("update qrtz_triggers set next_fire_time = 1");
    }

    private String verify() {
        return Verified.byAdminPort(server.adminPort());
    }

    private String status(long id) {
        JsonNode job = api.job(id);
        return job.get("status").asText();
    }

    private String job(String path, int delay) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"delay\": " + delay + "}";
    }

    private long gauge(String kind) {
        Number value = (Number) Objects.requireNonNull(
                        server.environment().metrics().getGauges().get("posthaste.repairs." + kind))
                .getValue();
        return value.longValue();
    }
}
