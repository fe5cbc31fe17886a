package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Crons that send nothing and wait for a ping at each fire, with two nodes that both look whether one has come. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeartbeatsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SLOTS = 4;
    private static final String NEVER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private final CountDownLatch over = new CountDownLatch(1);
    private long startedNanos;
    private ServerInside server;
    private ServerInside other;
    private RecordingReceiver receiver;
    private Api api;
    private Api stranger;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/never", (exchange, count) -> over.await());
        ConfigOverride[] settings = {
            ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"),
            ConfigOverride.config("delivery.slots", String.valueOf(SLOTS)),
            ConfigOverride.config("failedAuthenticationsPerMinute", "0")
        };
        server = new ServerInside(settings);
        other = ServerInside.beside(server, settings);
        startedNanos = System.nanoTime();
        api = new Api(server.port(), ServerProcess.TOKEN);
        stranger = new Api(other.port(), "none");
    }

    @AfterAll
    void stop() {
        over.countDown();
        other.close();
        server.close();
        receiver.close();
    }

    @Test
    void aCronThatExpectsPingsSaysWhereItIsPingedAndSendsNothing() {
        long id = heartbeat("\"grace_seconds\": 90");

        JsonNode cron = show(id);

        assertThat(cron.get("expect_ping").asBoolean()).isTrue();
        assertThat(cron.get("grace_seconds").asInt()).isEqualTo(90);
        assertThat(cron.get("url").isNull()).isTrue();
        assertThat(cron.get("ping_url").asText())
                .matches("http://127.0.0.1:" + server.port() + "/ping/[A-Za-z0-9_-]{32}");
        assertThat(show(heartbeat("\"alert_threshold\": 2"))
                        .get("grace_seconds")
                        .asInt())
                .isEqualTo(60);
        assertThat(secret(id)).isNotEqualTo(secret(heartbeat("\"grace_seconds\": 90")));
        HttpResponse<String> run = api.post("/api/crons/" + id + "/run", "");
        assertThat(run.statusCode()).isEqualTo(409);
        assertThat(run.body()).isEqualTo("{\"error\":\"The cron expects pings and sends nothing.\"}");
        JsonNode sending = Api.json(api.post(
                "/api/crons", "{\"name\": \"s\", \"cron_expression\": \"@yearly\", \"url\": \"https://a.example/\"}"));
        JsonNode shown = show(sending.get("id").asLong());
        assertThat(shown.get("expect_ping").asBoolean()).isFalse();
        assertThat(shown.get("ping_url").isNull()).isTrue();
        assertThat(shown.get("grace_seconds").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST"})
    void aPingWithinTheGraceCompletesTheExecution(String method) throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();

        HttpResponse<String> answer = stranger.send(stranger.request("/ping/" + secret(id))
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("not {json")
                                : HttpRequest.BodyPublishers.noBody()));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(method.equals("HEAD") ? "" : "{\"ok\":true}");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
        JsonNode completed = awaitExecution(id, "completed");
        assertThat(completed.get("id").asLong()).isEqualTo(execution);
        assertThat(completed.get("attempts").asInt()).isEqualTo(1);
        assertThat(completed.get("failure_reason").isNull()).isTrue();
        assertThat(show(id).get("last_status").asText()).isEqualTo("completed");
        assertThat(runs(execution)).isOne();
    }

    @Test
    void aPingThatDoesNotComeIsAFailureOnceWhicheverNodeLooks() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 1");
        for (int i = 1; i <= 3; i++) {
            fire(id);
            int failures = i;
            await().atMost(SOON)
                    .until(() -> show(id).get("consecutive_failures").asInt() == failures);
        }

        List<JsonNode> failed = executions(id, "?status=failed");
        assertThat(failed).hasSize(3);
        for (JsonNode one : failed) {
            assertThat(one.get("failure_reason").asText()).isEqualTo("missed_ping");
            assertThat(one.get("error_message").asText())
                    .matches("No ping came until \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00\\.");
            assertThat(one.get("attempts").asInt()).isEqualTo(1);
            assertThat(runs(one.get("id").asLong())).isOne();
        }
        assertThat(server.database()
                        .number("select count(*) from runs r join jobs j on j.id = r.job_id" + " where j.cron_id = "
                                + id + " and r.started_at < j.due_at + interval '1 second'"))
                .as("judged before its deadline")
                .isZero();
        await().atMost(SOON).until(() -> reports(id).size() == 3);
        JsonNode report = reports(id).get(0);
        assertThat(report.get("event").asText()).isEqualTo("cron.failed");
        assertThat(report.get("failure_reason").asText()).isEqualTo("missed_ping");
        assertThat(report.get("url").isNull()).isTrue();
        assertThat(report.get("method").isNull()).isTrue();
        setGrace(id, 3600);
        fire(id);
        awaitExecution(id, "pending");
        ping(id, "");
        await().atMost(SOON).until(() -> show(id).get("consecutive_failures").asInt() == 0);
    }

    @Test
    void whatHasFailedSaysSoAlsoWhenNobodyWaitsForIt() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        awaitExecution(id, "pending");

        ping(id, "/fail");

        JsonNode failed = awaitExecution(id, "failed");
        assertThat(failed.get("failure_reason").asText()).isEqualTo("reported_failure");
        assertThat(failed.get("error_message").asText()).isEqualTo("The ping reported a failure.");
        assertThat(failed.get("trigger").asText()).isEqualTo("schedule");
        ping(id, "/fail");
        assertThat(executions(id, "")).as("what says it again").hasSize(1);

        ping(id, "");

        assertThat(awaitExecution(id, "completed").get("trigger").asText()).isEqualTo("run_now");
        assertThat(show(id).get("consecutive_failures").asInt()).isZero();
        ping(id, "");
        assertThat(executions(id, "")).hasSize(2);
        ping(id, "/fail");
        await().atMost(SOON).until(() -> executions(id, "?status=failed").size() == 2);
        assertThat(show(id).get("consecutive_failures").asInt()).isEqualTo(1);
        api.post("/api/crons/" + id + "/pause", "");
        ping(id, "");
        assertThat(executions(id, "")).as("while paused").hasSize(3);
    }

    @Test
    void onePingAnswersAllThatWait() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        for (int i = 1; i <= 3; i++) {
            fire(id);
            int waiting = i;
            await().atMost(SOON).until(() -> executions(id, "?status=pending").size() == waiting);
        }

        ping(id, "");
        ping(id, "");

        await().atMost(SOON).until(() -> executions(id, "?status=completed").size() == 3);
        assertThat(server.database()
                        .number("select count(*) from crons where early_ping_at is not null and id = " + id))
                .as("the second counts for nothing")
                .isZero();
    }

    @Test
    void aPingShortlyBeforeItsFireCountsForThatOneOnly() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 1");
        server.database()
                .execute("update crons set next_fire_at = clock_timestamp() + interval '50 seconds' where id = " + id);
        ping(id, "");
        ping(id, "");

        fire(id);
        awaitExecution(id, "completed");
        fire(id);

        assertThat(awaitExecution(id, "failed").get("failure_reason").asText()).isEqualTo("missed_ping");
        assertThat(executions(id, "")).hasSize(2);
    }

    @Test
    void aPingLongBeforeItsFireAndOneWhilePausedCountForNothing() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 2");
        ping(id, "");
        fire(id);
        awaitExecution(id, "failed");

        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();
        assertThat(api.post("/api/crons/" + id + "/pause", "").statusCode()).isEqualTo(200);
        ping(id, "");
        await().atMost(SOON).until(() -> executions(id, "?status=completed").size() == 1);
        assertThat(executions(id, "?status=completed").get(0).get("id").asLong())
                .as("what waits is answered though the cron is paused")
                .isEqualTo(execution);
        ping(id, "");
        assertThat(server.database()
                        .number("select count(*) from crons where early_ping_at is not null and id = " + id))
                .isZero();
    }

    @Test
    void whereNobodyWasThereToBePingedTheGraceBeginsAnew() throws SQLException {
        long missed = heartbeat("\"grace_seconds\": 3600");
        server.database()
                .execute("update crons set next_fire_at = clock_timestamp() - interval '1 day' where id = " + missed);
        long execution = awaitExecution(missed, "pending").get("id").asLong();
        assertThat(secondsToItsDeadline(execution)).isBetween(3_500L, 3_600L);
        ping(missed, "");
        awaitExecution(missed, "completed");
    }

    @Test
    void aFailureTakesBackWhatWasSaidEarly() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        server.database()
                .execute("update crons set next_fire_at = clock_timestamp() + interval '10 minutes' where id = " + id);
        ping(id, "");
        ping(id, "/fail");
        awaitExecution(id, "failed");
        fire(id);

        awaitExecution(id, "pending");
        assertThat(executions(id, "?status=completed")).isEmpty();
    }

    @Test
    void aFailureShortlyBeforeItsFireIsThatFiresEnd() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        makeNearlyDue(id);
        ping(id, "");
        ping(id, "/fail");
        ping(id, "/fail");

        JsonNode failed = awaitExecution(id, "failed");
        assertThat(failed.get("failure_reason").asText()).isEqualTo("reported_failure");
        fire(id);

        JsonNode skipped = awaitExecution(id, "skipped");
        assertThat(skipped.get("error_message").asText())
                .isEqualTo("A failure was reported shortly before: execution "
                        + failed.get("id").asLong() + ".");
        assertThat(executions(id, "")).hasSize(2);
        assertThat(show(id).get("consecutive_failures").asInt()).isEqualTo(1);
        server.database().execute("update crons set ping_deadline_at = null where id = " + id);
        makeNearlyDue(id);
        ping(id, "/fail");
        ping(id, "");
        fire(id);
        awaitExecution(id, "completed");
    }

    /** A call that is repeated, or a script and what watches it. */
    @Test
    void aFailureThatIsReportedTwiceShortlyBeforeItsFireIsOne() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        makeNearlyDue(id);
        ping(id, "/fail");
        long failed = awaitExecution(id, "failed").get("id").asLong();
        server.database()
                .execute("update crons set last_ping_at = last_ping_at - interval '5 seconds', ping_deadline_at ="
                        + " clock_timestamp() where id = " + id);

        ping(id, "/fail");
        fire(id);

        assertThat(awaitExecution(id, "skipped").get("error_message").asText()).contains("execution " + failed);
        assertThat(executions(id, "")).hasSize(2);
    }

    private void makeNearlyDue(long id) throws SQLException {
        server.database()
                .execute("update crons set next_fire_at = clock_timestamp() + interval '50 seconds' where id = " + id);
    }

    /** One that comes between the look for it and the record of that look. */
    @Test
    void aPingThatComesWhileItsDeadlineIsMovedIsNotWaitedForAgain() throws Exception {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();
        try (Connection pinging = server.database().dataSource().getConnection()) {
            pinging.setAutoCommit(false);
            try (Statement statement = pinging.createStatement()) {
                statement.execute(
                        "update jobs set pinged_at = clock_timestamp(), ping_failed = false where id = " + execution);
                makeLate(execution);
                await().atMost(SOON)
                        .until(() -> server.database()
                                        .number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                                + " and datname = current_database()")
                                > 0);
            }
            pinging.commit();
        }

        awaitExecution(id, "completed");
    }

    @Test
    void pingsAreTakenWhileAllDeliveriesOfTheirTeamHang() throws SQLException {
        long hanging = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"h\", \"cron_expression\": \"@yearly\", \"url\": \"" + receiver.url("/never")
                                + "\"}"))
                .get("id")
                .asLong();
        for (int i = 0; i < 2 * SLOTS; i++) {
            api.post("/api/crons/" + hanging + "/run", "");
        }
        await().atMost(SOON).until(() -> !receiver.arrivals("/never").isEmpty());

        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        awaitExecution(id, "pending");
        ping(id, "");

        awaitExecution(id, "completed");
    }

    /** Who pings reads no answer. */
    @Test
    void aPingCountsWhateverAnswerIsWanted() throws Exception {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        awaitExecution(id, "pending");

        HttpResponse<String> answer = stranger.send(stranger.request("/ping/" + secret(id))
                .header("Accept", "text/plain")
                .GET());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        awaitExecution(id, "completed");
    }

    /** What is late again and again waits behind others, and would never be judged. */
    @Test
    void aDeadlineThatNobodyLookedAtInTimeIsMovedOnce() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();

        makeLate(execution);
        await().atMost(SOON).until(() -> secondsToItsDeadline(execution) > 3_500);
        assertThat(executions(id, "?status=failed")).isEmpty();

        server.database().execute("update jobs set due_at = due_at - interval '4 hours' where id = " + execution);
        makeLate(execution);
        assertThat(awaitExecution(id, "failed").get("failure_reason").asText()).isEqualTo("missed_ping");
    }

    /** Who would have pinged could have: the node was there. */
    @Test
    void aDeadlineThatWasLateBehindOthersIsNotMoved() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();
        await().atMost(SOON)
                .until(() -> System.nanoTime() - startedNanos
                        > Duration.ofSeconds(14).toNanos());

        server.database()
                .execute(
                        "update qrtz_triggers set next_fire_time = extract(epoch from clock_timestamp()) * 1000 - 11000"
                                + " where trigger_name = 'h" + execution + "'");

        assertThat(awaitExecution(id, "failed").get("failure_reason").asText()).isEqualTo("missed_ping");
    }

    private void makeLate(long execution) throws SQLException {
        server.database()
                .execute("update qrtz_triggers set next_fire_time = next_fire_time - 7200000"
                        + " where trigger_name = 'h" + execution + "'");
    }

    @Test
    void aChangeOfTheGraceHoldsFromTheNextFireOnAndNothingElseOfItIsChanged() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        String secret = secret(id);
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();

        setGrace(id, 7200);

        assertThat(secondsToItsDeadline(execution)).isLessThan(3_601);
        assertThat(secret(id)).isEqualTo(secret);
        for (String refused : List.of(
                "{\"expect_ping\": false}",
                "{\"url\": \"https://a.example/\"}",
                "{\"method\": \"GET\"}",
                "{\"overlap\": \"skip\"}",
                "{\"grace_seconds\": 0}")) {
            assertThat(api.patch("/api/crons/" + id, refused).statusCode())
                    .as(refused)
                    .isEqualTo(422);
        }
        assertThat(api.patch("/api/crons/" + id, "{\"expect_ping\": true, \"name\": \"b\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(api.patch("/api/crons/" + id, "{\"cron_expression\": \"@daily\"}")
                        .statusCode())
                .isEqualTo(200);
        ping(id, "");
        awaitExecution(id, "completed");
    }

    @Test
    void anUnknownSecretARemovedOneAndOneThatCannotBeAreOne() {
        long id = heartbeat("\"grace_seconds\": 3600");
        String removed = secret(id);
        assertThat(api.delete("/api/crons/" + id).statusCode()).isEqualTo(204);
        String expected = shown(stranger.get("/ping/" + NEVER));

        assertThat(expected).startsWith("404 ").endsWith("{\"error\":\"Ping URL not found\"}");
        for (String path : List.of(removed, removed + "/fail", "x", NEVER + NEVER + NEVER, "null", id + "")) {
            assertThat(shown(stranger.get("/ping/" + path))).as(path).isEqualTo(expected);
            assertThat(shown(stranger.post("/ping/" + path, ""))).as(path).isEqualTo(expected);
        }
    }

    @Test
    void oneSecretIsNotTakenMoreThanSixtyTimesAMinute() {
        long id = heartbeat("\"grace_seconds\": 3600");
        for (int i = 0; i < 60; i++) {
            ping(id, "");
        }

        HttpResponse<String> answer = stranger.get("/ping/" + secret(id));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("60");
    }

    @Test
    void aWaitingExecutionGoesWithItsCron() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 3600");
        fire(id);
        long execution = awaitExecution(id, "pending").get("id").asLong();

        assertThat(api.delete("/api/crons/" + id).statusCode()).isEqualTo(204);

        assertThat(server.database()
                        .number("select count(*) from qrtz_triggers where trigger_name = 'h" + execution + "'"))
                .isZero();
    }

    @Test
    void pingsAndMissedOnesAreCounted() throws SQLException {
        long id = heartbeat("\"grace_seconds\": 1");
        long before = gauge("pings.taken");
        long missed = gauge("pings.missed");

        ping(id, "");
        fire(id);
        awaitExecution(id, "failed");

        assertThat(gauge("pings.taken")).isGreaterThan(before);
        assertThat(gauge("pings.missed")).isGreaterThan(missed);
    }

    private long gauge(String name) {
        return List.of(server, other).stream()
                .map(node -> node.environment().metrics().getGauges().get("posthaste." + name))
                .mapToLong(gauge -> ((Number) gauge.getValue()).longValue())
                .sum();
    }

    private static String shown(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return answer.statusCode() + " " + headers + " " + answer.body();
    }

    private long secondsToItsDeadline(long execution) throws SQLException {
        return server.database()
                .number("select coalesce(max(next_fire_time) / 1000 - extract(epoch from clock_timestamp())::bigint, 0)"
                        + " from qrtz_triggers where trigger_name = 'h" + execution + "'");
    }

    private long runs(long execution) throws SQLException {
        return server.database().number("select count(*) from runs where job_id = " + execution);
    }

    private void setGrace(long id, int seconds) {
        assertThat(api.patch("/api/crons/" + id, "{\"grace_seconds\": " + seconds + "}")
                        .statusCode())
                .isEqualTo(200);
    }

    private void ping(long id, String what) {
        HttpResponse<String> answer = stranger.post("/ping/" + secret(id) + what, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String secret(long id) {
        String url = show(id).get("ping_url").asText();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private void fire(long cron) throws SQLException {
        server.database()
                .execute("update crons set next_fire_at = date_trunc('milliseconds', clock_timestamp()) where id = "
                        + cron);
    }

    private long heartbeat(String more) {
        HttpResponse<String> made = api.post(
                "/api/crons",
                "{\"name\": \"a\", \"cron_expression\": \"0 0 1 1 *\", \"expect_ping\": true, \"callback_url\": \""
                        + receiver.url("/callback") + "\", " + more + "}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    private JsonNode show(long cron) {
        return Api.json(api.get("/api/crons/" + cron));
    }

    private List<JsonNode> executions(long cron, String query) {
        JsonNode page = Api.json(api.get("/api/crons/" + cron + "/executions" + query));
        return StreamSupport.stream(page.get("data").spliterator(), false).toList();
    }

    private JsonNode awaitExecution(long cron, String status) {
        return await().atMost(SOON)
                .until(() -> executions(cron, "?status=" + status), found -> !found.isEmpty())
                .get(0);
    }

    private List<JsonNode> reports(long cron) {
        return receiver.arrivals("/callback").stream()
                .map(arrival -> Api.json(arrival.body()))
                .filter(report -> report.get("cron_id").asLong() == cron)
                .toList();
    }
}
