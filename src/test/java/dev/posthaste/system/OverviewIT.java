package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How a team's jobs stand, as {@code GET /api/overview} and what stands beside it tell it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverviewIT {
    private static final String OVERVIEW = "/api/overview";

    private ServerInside server;
    private RecordingReceiver receiver;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void whatComesAndGoesAndWaitsIsTold() {
        Api api = server.apiOfTeam("glance");
        api.push(job("sent", "/ok", ""));
        api.pushAll(job("later", "/ok", ", \"delay\": 3600"), 3);
        long dead = api.push(job("sent", "/failing", ", \"retry_delays\": [1]"));
        await().until(() -> api.job(dead).get("final_status").asText().equals("dead_lettered"));

        await().untilAsserted(() -> {
            JsonNode overview = Api.json(api.get(OVERVIEW));
            assertThat(overview.get("pending").asLong()).isEqualTo(3);
            assertThat(overview.get("in_flight").asLong()).isZero();
            assertThat(overview.get("overdue").asLong()).isZero();
            JsonNode sent = queue(overview, "sent");
            assertThat(sent.get("dead_lettered").asLong()).isOne();
            assertThat(sent.get("is_active").asBoolean()).isTrue();
            assertThat(sent.get("sparkline")).hasSize(30);
            // Counted into its minute within ten seconds.
            assertThat(sum(sent.get("sparkline"))).isOne();
            assertThat(queue(overview, "later").get("pending").asLong()).isEqualTo(3);
            assertThat(overview.at("/lateness_ms/p50").isNumber()).isTrue();
            assertThat(overview.at("/duration_ms/p99").isNumber()).isTrue();
        });
    }

    @Test
    void ratesFollowWhatIsCountedWithinSeconds() {
        Api api = server.apiOfTeam("rates");
        api.push(job("rates", "/ok", ""));
        api.get(OVERVIEW);

        await().untilAsserted(() -> {
            api.pushAll(job("rates", "/ok", ""), 20);
            JsonNode overview = Api.json(api.get(OVERVIEW));
            assertThat(overview.get("accepted_per_second").asDouble()).isPositive();
            assertThat(overview.get("delivered_per_second").asDouble()).isPositive();
            assertThat(queue(overview, "rates").get("delivered_per_minute").asDouble())
                    .isPositive();
        });
    }

    /** It is counted what has happened since somebody looked: somebody of that team. */
    @Test
    void whatATeamHadLongAgoIsNoRateBecauseAnotherHasJustLooked() throws Exception {
        Api looking = server.apiOfTeam("looking");
        Api old = server.apiOfTeam("old");
        long queue = old.createQueue("{\"name\": \"old\"}");
        // Counted into its minutes long ago.
        server.database().execute("""
                insert into queue_counts (queue_id, shard, pending, completed, failed, dead_lettered, accepted)
                values (%1$d, 1000, 0, 0, 0, 0, 1000000);
                insert into queue_stats_counted (queue_id, accepted, delivered, failed_attempts, retried, died, cancelled)
                values (%1$d, 1000000, 0, 0, 0, 0, 0)
                """.formatted(queue));

        looking.get(OVERVIEW);

        assertThat(Api.json(old.get(OVERVIEW)).get("accepted_per_second").asDouble())
                .isZero();
    }

    @Test
    void theNewestFailuresAreToldWithTheFirstLineOfTheirReasonToWhoMaySeeJobs() {
        Api api = server.apiOfTeam("failures");
        long dead = api.push(job("f", "/failing", ", \"retry_delays\": [], \"tags\": [\"customer 7\", \"nightly\"]"));
        await().until(() -> api.job(dead).get("status").asText().equals("failed"));
        String reader = Api.json(api.post("/api/tokens", "{\"name\": \"q\", \"scopes\": [\"queues:read\"]}"))
                .get("token")
                .asText();

        JsonNode failures = Api.json(api.get(OVERVIEW)).get("last_failures");
        JsonNode withoutJobs = Api.json(new Api(server.port(), reader).get(OVERVIEW));

        assertThat(failures).hasSize(1);
        JsonNode failure = failures.get(0);
        assertThat(failure.get("job_id").asLong()).isEqualTo(dead);
        assertThat(failure.get("queue").asText()).isEqualTo("f");
        assertThat(failure.get("url").asText()).isEqualTo(receiver.url("/failing"));
        assertThat(failure.get("failure_reason").asText()).isEqualTo("http_server_error");
        assertThat(failure.get("error_message").asText()).isEqualTo("The endpoint answered 500.");
        assertThat(failure.get("response_status").asInt()).isEqualTo(500);
        assertThat(failure.get("tags")).extracting(JsonNode::asText).containsExactly("customer 7", "nightly");
        assertThat(withoutJobs.get("last_failures")).isEmpty();
        assertThat(withoutJobs.get("queues")).hasSize(1);
    }

    /** Twenty, and those of a day. */
    @Test
    void ofManyFailuresTheNewestAreToldAndOfALongMessageItsFirstLine() throws Exception {
        Api api = server.apiOfTeam("failing");
        List<Long> failed = api.pushAll(job("many", "/failing", ", \"retry_delays\": []"), 22);
        await().until(() -> Api.json(api.get("/api/jobs?status=failed&limit=100"))
                        .get("data")
                        .size()
                == 22);
        String ofTeam = "(select id from jobs where team_id = (select id from teams where name = 'failing'))";

        JsonNode newest = Api.json(api.get(OVERVIEW)).get("last_failures");
        // All but the last one a day ago.
        server.database().execute("""
                update runs set error_message = E'first\\nsecond' where job_id = %1$d;
                update runs set started_at = started_at - interval '25 hours', executed_at = executed_at - interval '25 hours'
                 where job_id < %1$d and job_id in %2$s;
                update jobs set created_at = created_at - interval '25 hours', concluded_at = concluded_at - interval '25 hours'
                 where id < %1$d and id in %2$s
                """.formatted(failed.get(21), ofTeam));

        assertThat(newest).hasSize(20);
        await().untilAsserted(() -> {
            JsonNode left = Api.json(api.get(OVERVIEW)).get("last_failures");
            assertThat(left.findValuesAsText("job_id")).containsExactly(String.valueOf(failed.get(21)));
            assertThat(left.findValuesAsText("error_message")).containsExactly("first");
        });
    }

    /** Of what was counted before anybody looked: the last minute that has ended, each figure in its place. */
    @Test
    void eachFigureIsOfWhatItIsCalled() throws Exception {
        Api api = server.apiOfTeam("figures");
        long queue = api.createQueue("{\"name\": \"figures\"}");
        // Until now, and in the minute that may begin meanwhile; ten minutes ago something else.
        server.database().execute("""
                insert into queue_stats (team_id, queue_id, at, step, accepted, delivered, failed_attempts, retried, died,
                                         cancelled, lateness, lateness_max_ms, duration, duration_max_ms)
                select q.team_id, x.queue_id, date_trunc('minute', now()) + n * interval '1 minute', 60,
                       case n when -10 then 0 else 240 end, case n when -10 then 7 else 120 end,
                       case n when -10 then 0 else 60 end, 0, 0, 0,
                       case n when -10 then array[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9000] else array[0, 0, 98, 0, 2] end, 5000,
                       case n when -10 then array[9000] else array[0, 0, 0, 0, 0, 0, 98, 0, 0, 2] end, 5000
                  from queues q cross join (values (%1$d), (0)) x (queue_id)
                 cross join (values (-10), (-1), (0), (1)) m (n)
                 where q.id = %1$d
                """.formatted(queue));

        JsonNode overview = Api.json(api.get(OVERVIEW));

        assertThat(overview.get("accepted_per_second").asDouble()).isEqualTo(4);
        assertThat(overview.get("delivered_per_second").asDouble()).isEqualTo(2);
        assertThat(overview.get("failed_per_second").asDouble()).isEqualTo(1);
        assertThat(overview.get("lateness_ms").toString()).isEqualTo("{\"p50\":4,\"p99\":16}");
        assertThat(overview.get("duration_ms").toString()).isEqualTo("{\"p50\":64,\"p99\":512}");
        JsonNode one = queue(overview, "figures");
        assertThat(one.get("accepted_per_minute").asDouble()).isEqualTo(240);
        assertThat(one.get("delivered_per_minute").asDouble()).isEqualTo(120);
        assertThat(one.get("failed_per_minute").asDouble()).isEqualTo(60);
        List<Long> line = new ArrayList<>();
        one.get("sparkline").forEach(minute -> line.add(minute.asLong()));
        assertThat(line.indexOf(7L)).as("the newest minute is the last").isBetween(18, 19);
        assertThat(line.subList(28, 30)).containsOnly(120L);
    }

    @Test
    void whatIsNotShownOfAJobIsNotShownHereEither() {
        receiver.script("/secretive", RecordingReceiver.answering(200, "the secret of the answer"));
        Api api = server.apiOfTeam("masked");
        api.createQueue("{\"name\": \"m\", \"redact\": [\"response_body\"], \"success_assertions\":"
                + " [{\"type\": \"body_contains\", \"value\": \"other\"}]}");
        long failed = api.push(job("m", "/secretive", ", \"retry_delays\": []"));
        await().until(() -> api.job(failed).get("status").asText().equals("failed"));

        String overview = api.get(OVERVIEW).body();

        assertThat(overview).contains("assertion_failed").doesNotContain("the secret of the answer");
    }

    @Test
    void whatIsDueAndWaitsIsToldUnlessAPauseHoldsIt() throws Exception {
        Api api = server.apiOfTeam("overdue");
        long limited = api.createQueue("{\"name\": \"limited\", \"max_parallelism\": 1}");
        CountDownLatch released = new CountDownLatch(1);
        receiver.script("/slow", RecordingReceiver.held(released));
        api.pushAll(job("limited", "/slow", ""), 4);
        long paused = api.createQueue("{\"name\": \"paused\"}");
        api.post("/api/queues/" + paused + "/pause", "");
        api.pushAll(job("paused", "/ok", ""), 2);

        await().untilAsserted(() -> {
            JsonNode overview = Api.json(api.get(OVERVIEW));
            assertThat(overview.get("overdue").asLong()).isEqualTo(3);
            assertThat(overview.get("in_flight").asLong()).isOne();
            assertThat(overview.get("oldest_overdue_seconds").asDouble()).isPositive();
            assertThat(queue(overview, "limited").get("overdue").asLong()).isEqualTo(3);
            assertThat(queue(overview, "limited").get("processing").asLong()).isOne();
            assertThat(queue(overview, "paused").get("overdue").asLong()).isZero();
            assertThat(queue(overview, "paused").get("is_active").asBoolean()).isFalse();
        });
        api.post("/api/queues/" + limited + "/purge", "");
        released.countDown();
    }

    /** Queues that are shown, those that are not, and what belongs to none, each counted once. */
    @Test
    void theWholeIsOfMoreQueuesThanAreShown() throws Exception {
        Api api = server.apiOfTeam("beyond");
        long first = api.createQueue("{\"name\": \"many\"}");
        server.database().execute("""
                insert into queues (team_id, name)
                select q.team_id, 'many-' || n from queues q cross join generate_series(1, 204) n where q.id = %1$d;
                insert into queue_counts (queue_id, shard, pending, completed, failed, dead_lettered)
                select id, shard, case shard when 0 then 10 else 1 end, 0, 0, 0
                  from queues cross join generate_series(0, 1) shard
                 where team_id = (select team_id from queues where id = %1$d)
                """.formatted(first));

        JsonNode overview = Api.json(api.get(OVERVIEW));

        assertThat(overview.get("queues")).hasSize(200);
        assertThat(overview.get("pending").asLong()).isEqualTo(205 * 11);
        assertThat(queue(overview, "many").get("pending").asLong()).isEqualTo(11);
    }

    @Test
    void everyTeamSeesTheNodesWithoutTheirAddresses() {
        JsonNode nodes = Api.json(server.apiOfTeam("nodes").get(OVERVIEW)).get("nodes");

        assertThat(nodes).hasSize(1);
        JsonNode node = nodes.get(0);
        List<String> fields = new ArrayList<>();
        node.fieldNames().forEachRemaining(fields::add);
        assertThat(fields).containsExactly("name", "state", "since", "lease_expires_at", "version");
        assertThat(node.get("state").asText()).isEqualTo("alive");
        assertThat(node.get("version").asText()).isNotEmpty();
    }

    @Test
    void whoHasTheSnapshotIsTold304AndAnotherTeamHasAnother() {
        Api api = server.apiOfTeam("tagged");
        api.createQueue("{\"name\": \"only-theirs\"}");
        Api other = server.apiOfTeam("untagged");

        await().untilAsserted(() -> {
            String tag = api.get(OVERVIEW).headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = api.send(api.request(OVERVIEW).header("If-None-Match", tag));
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
        });
        assertThat(api.get(OVERVIEW).body()).contains("only-theirs");
        assertThat(other.get(OVERVIEW).body()).doesNotContain("only-theirs");
        assertThat(Api.json(other.get(OVERVIEW)).get("queues")).isEmpty();
    }

    /** However many look, one asks the database, and they all see the same. */
    @Test
    void whileOneMakesTheSnapshotTheOthersWaitForHim() throws Exception {
        Api api = server.apiOfTeam("many");
        int viewers = 20;
        ExecutorService threads = Executors.newFixedThreadPool(viewers);
        List<Future<String>> answers = new ArrayList<>();
        try (Connection connection = server.database().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // The last thing that is read, and that by nobody else.
            statement.execute("lock table posthaste_nodes in access exclusive mode");
            for (int i = 0; i < viewers; i++) {
                answers.add(threads.submit(() -> api.get(OVERVIEW).body()));
            }
            String waiting =
                    "select count(*) from pg_locks where not granted and relation = 'posthaste_nodes'::regclass";
            await().until(() -> server.database().number(waiting) == 1);
            await().during(Duration.ofMillis(300)).until(() -> server.database().number(waiting) == 1);
            connection.rollback();
        }
        threads.shutdown();

        Set<String> seen = new HashSet<>();
        for (Future<String> answer : answers) {
            seen.add(answer.get());
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void whyAQueueFailsAndWhereIsCounted() {
        Api api = server.apiOfTeam("why");
        api.pushAll(job("why", "/failing", ", \"retry_delays\": []"), 3);
        long blocked = api.push("{\"queue\": \"why\", \"url\": \"http://169.254.169.254/\", \"retry_delays\": []}");
        await().until(() ->
                Api.json(api.get("/api/jobs?status=failed")).get("data").size() == 4);
        long queue = api.job(blocked).get("queue_id").asLong();

        JsonNode failures = Api.json(api.get("/api/queues/" + queue + "/failures"));

        assertThat(failures.get("runs").asLong()).isEqualTo(4);
        assertThat(failures.get("reasons").toString())
                .isEqualTo("[{\"failure_reason\":\"http_server_error\",\"count\":3},"
                        + "{\"failure_reason\":\"blocked_address\",\"count\":1}]");
        assertThat(failures.get("hosts").findValuesAsText("host")).containsExactly("127.0.0.1", "169.254.169.254");
        assertThat(failures.get("hosts").get(0).get("count").asLong()).isEqualTo(3);
        assertThat(server.apiOfTeam("nosy")
                        .get("/api/queues/" + queue + "/failures")
                        .body())
                .isEqualTo("{\"error\":\"Queue not found\"}");
    }

    @Test
    void deadLettersAreCountedByQueueHostAndReason() {
        Api api = server.apiOfTeam("groups");
        List<Long> dead = new ArrayList<>();
        dead.addAll(api.pushAll(job("a", "/failing", ", \"retry_delays\": [1]"), 2));
        dead.add(api.push("{\"queue\": \"b\", \"url\": \"http://169.254.169.254/\", \"retry_delays\": [1]}"));
        await().until(() -> dead.stream()
                .allMatch(id -> api.job(id).get("final_status").asText().equals("dead_lettered")));

        assertThat(groups(api, "queue"))
                .isEqualTo("{\"by\":\"queue\",\"looked_at\":3,\"complete\":true,"
                        + "\"groups\":[{\"value\":\"a\",\"count\":2},{\"value\":\"b\",\"count\":1}]}");
        assertThat(groups(api, "host")).contains("{\"value\":\"127.0.0.1\",\"count\":2}");
        assertThat(groups(api, "failure_reason"))
                .contains("{\"value\":\"http_server_error\",\"count\":2},{\"value\":\"blocked_address\",\"count\":1}");
        assertThat(groups(server.apiOfTeam("none"), "queue"))
                .isEqualTo("{\"by\":\"queue\",\"looked_at\":0,\"complete\":true,\"groups\":[]}");
        assertThat(api.get("/api/dead-letters/groups?by=url").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/dead-letters/groups").body()).contains("The by field is required.");
    }

    /** More than are looked at: the newest count, and the answer says so. */
    @Test
    void ofManyDeadLettersTheNewestAreCounted() throws Exception {
        Api api = server.apiOfTeam("crowd");
        long queue = api.createQueue("{\"name\": \"crowd\"}");
        server.database().execute("""
                with request as (
                  insert into requests (id, method, url, headers)
                  values (nextval('requests_id_seq'), 'POST', 'http://crowd.example/', '') returning id)
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                                  final_status, created_at, due_at, concluded_at, dead_lettered_at)
                select x.id, q.team_id, q.id, r.id, x.id, 1, 5, 'failed', 'dead_lettered', now(), now(), now(), now()
                  from (select nextval('jobs_id_seq') as id from generate_series(1, 2001)) x
                 cross join request r cross join queues q where q.id = %d
                """.formatted(queue));

        assertThat(groups(api, "host"))
                .isEqualTo("{\"by\":\"host\",\"looked_at\":2000,\"complete\":false,"
                        + "\"groups\":[{\"value\":\"crowd.example\",\"count\":2000}]}");
        assertThat(groups(api, "failure_reason"))
                .isEqualTo("{\"by\":\"failure_reason\",\"looked_at\":500,"
                        + "\"complete\":false,\"groups\":[{\"value\":\"unknown\",\"count\":500}]}");
    }

    private static String groups(Api api, String by) {
        return api.get("/api/dead-letters/groups?by=" + by).body();
    }

    private static JsonNode queue(JsonNode overview, String name) {
        for (JsonNode queue : overview.get("queues")) {
            if (queue.get("name").asText().equals(name)) {
                return queue;
            }
        }
        throw new AssertionError("no queue " + name + " in " + overview);
    }

    private static long sum(JsonNode numbers) {
        long sum = 0;
        for (JsonNode number : numbers) {
            sum += number.asLong();
        }
        return sum;
    }

    private String job(String queue, String path, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(path) + "\"" + more + "}";
    }
}
