package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one team has is neither seen, used nor changed by another, whichever way it asks: the server's own routes are tried. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoTeamsIT {
    private static final String STRANGERS_TOKEN = "strangers-token-0123456789";
    private static final String QUEUE = "ours";
    private static final String ONLY_OURS = "only-ours";
    private static final String NEVER = "never-was";
    private static final long NEVER_ID = 999_999_999;
    private static final String KEY = "the-key";
    private static final String CHANNEL = "{\"type\": \"webhook\", \"url\": \"https://example.com/ours\"}";

    /** Those that name nothing in their path, with a test of their own each. */
    private static final Set<String> WITHOUT_ID = Set.of(
            "GET /api/health",
            "GET /api/live",
            "GET /api/ready",
            "GET /api/jobs",
            "POST /api/jobs",
            "POST /api/jobs/batch",
            "GET /api/queues",
            "POST /api/queues",
            "GET /api/dead-letters",
            "POST /api/dead-letters/replay",
            "POST /api/dead-letters/purge",
            "GET /api/operations",
            "POST /api/operations",
            "GET /api/signing-secrets",
            "POST /api/signing-secrets",
            "GET /api/signing-keys",
            "GET /api/audit",
            "GET /api/stats",
            "GET /api/overview",
            "GET /api/overview/live",
            "GET /api/dead-letters/groups",
            "GET /api/crons",
            "POST /api/crons",
            "GET /api/crons/preview",
            "GET /api/alerts",
            "GET /api/alert-channels",
            "POST /api/alert-channels",
            "GET /api/tokens",
            "POST /api/tokens",
            "POST /api/session",
            "DELETE /api/session",
            "GET /api/me");

    /** Those that show everybody the same. */
    private static final Set<String> OF_NOBODY =
            Set.of("GET /openapi.json", "GET /openapi.yaml", "GET /docs", "GET /docs/{file}");

    /** Those that take a secret in place of a token, with a test of their own each. */
    private static final Set<String> BY_SECRET =
            Set.of("GET /ping/{secret}", "POST /ping/{secret}", "GET /ping/{secret}/fail", "POST /ping/{secret}/fail");

    private ServerInside server;
    private Api owner;
    private Api stranger;
    private long pending;
    private long deadLetter;
    private long queue;
    private long token;
    private long secret;
    private long cron;
    private long execution;
    private long channel;
    private long alert;
    private long operation;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        server.database().execute("""
                with team as (insert into teams (name) values ('strangers') returning id)
                insert into api_tokens (team_id, name, prefix, sha256) select id, 'x', 'x', sha256('%s') from team
                """.formatted(STRANGERS_TOKEN));
        owner = new Api(server.port(), ServerProcess.TOKEN);
        stranger = new Api(server.port(), STRANGERS_TOKEN);
        pending = Api.json(owner.post("/api/jobs", job(), "Idempotency-Key", KEY))
                .get("job_id")
                .asLong();
        // Refused by the egress rules, so that it fails by itself.
        deadLetter = owner.push("{\"queue\":\"" + QUEUE
                + "\",\"url\":\"http://127.0.0.1/\",\"retry_delays\":[1],\"tags\":[\"labelled\"]}");
        await().until(() -> owner.job(deadLetter).get("final_status").asText().equals("dead_lettered"));
        queue = owner.job(pending).get("queue_id").asLong();
        owner.push(job().replace(QUEUE, ONLY_OURS));
        token = id(owner.post("/api/tokens", "{\"name\": \"owners\", \"scopes\": [\"jobs:read\"]}"));
        secret = id(owner.post("/api/signing-secrets", "{}"));
        cron = id(owner.post("/api/crons", cron("ours")));
        execution = Api.json(owner.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();
        await().until(() -> owner.get(execution()).body().contains("\"status\":\"failed\""));
        channel = id(owner.post("/api/alert-channels", CHANNEL));
        alert = Api.json(owner.get("/api/alerts?type=failure")).at("/data/0/id").asLong();
        assertThat(alert).isPositive();
        HttpResponse<String> asked =
                owner.post("/api/operations", "{\"action\": \"purge\", \"filter\": {\"queue\": \"" + NEVER + "\"}}");
        operation = Api.json(asked).get("id").asLong();
        await().until(() -> owner.get(operation()).body().contains("\"status\":\"finished\""));
    }

    private static long id(HttpResponse<String> made) {
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Api.json(made).get("id").asLong();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whatAnotherTeamsPathNamesIsNotFoundOnAnyRoute() {
        String before = asTheOwnerSeesIt();
        Set<String> routes = Routes.of(server).keySet();
        assertThat(routes).containsAll(WITHOUT_ID).hasSizeGreaterThan(WITHOUT_ID.size());

        for (String route : routes) {
            if (WITHOUT_ID.contains(route) || BY_SECRET.contains(route) || OF_NOBODY.contains(route)) {
                continue;
            }
            for (long id : idsFor(route)) {
                HttpResponse<String> answer = send(route, id);
                assertThat(answer.statusCode()).as(route + ": " + answer.body()).isEqualTo(404);
                assertThat(Api.json(answer).get("error").asText()).as(route).endsWith(" not found");
                assertThat(shown(answer)).as(route).isEqualTo(shown(send(route, NEVER_ID)));
            }
        }
        assertThat(asTheOwnerSeesIt()).isEqualTo(before);
    }

    private long[] idsFor(String route) {
        if (route.contains("/queues/")) {
            return new long[] {queue};
        }
        if (route.contains("/tokens/")) {
            return new long[] {token};
        }
        if (route.contains("/signing-secrets/")) {
            return new long[] {secret};
        }
        if (route.contains("/operations/")) {
            return new long[] {operation};
        }
        if (route.contains("/alerts/")) {
            return new long[] {alert};
        }
        if (route.contains("/alert-channels/")) {
            return new long[] {channel};
        }
        if (route.contains("/crons/")) {
            return new long[] {cron};
        }
        assertThat(route).as("whose ids does it take?").contains(" /api/jobs/{id}");
        return new long[] {pending, deadLetter};
    }

    private HttpResponse<String> send(String route, long id) {
        String[] call = route.replace("{id}", String.valueOf(id))
                .replace("{execution}", String.valueOf(execution))
                .split(" ", 2);
        return stranger.send(stranger.request(call[1])
                .header("Content-Type", "application/json")
                .method(call[0], HttpRequest.BodyPublishers.ofString(call[0].equals("GET") ? "" : "{}")));
    }

    /** All of an answer but when it was given. */
    private static String shown(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return answer.statusCode() + " " + headers + " " + answer.body();
    }

    @Test
    void whatQueriesAndBodiesNameOfAnotherTeamIsWhatNeverWas() {
        for (String list : new String[] {"/api/jobs?queue=", "/api/dead-letters?queue="}) {
            assertThat(shown(stranger.get(list + ONLY_OURS))).isEqualTo(shown(stranger.get(list + NEVER)));
        }
        for (String call : new String[] {"/api/dead-letters/replay", "/api/dead-letters/purge"}) {
            assertThat(shown(stranger.post(call, "{\"ids\":[" + deadLetter + "," + pending + "]}")))
                    .isEqualTo(shown(stranger.post(call, "{\"ids\":[" + NEVER_ID + "]}")));
            assertThat(shown(stranger.post(call, "{\"queue\":\"" + ONLY_OURS + "\"}")))
                    .isEqualTo(shown(stranger.post(call, "{\"queue\":\"" + NEVER + "\"}")));
        }
    }

    @Test
    void aCursorOfAnotherTeamsListShowsNothingOfIt() {
        for (String list : new String[] {
            "/api/jobs",
            "/api/queues",
            "/api/tokens",
            "/api/crons",
            "/api/alerts",
            "/api/alert-channels",
            "/api/operations"
        }) {
            if (list.equals("/api/operations")) {
                owner.post(list, "{\"action\": \"purge\", \"filter\": {\"queue\": \"" + NEVER + "\"}}");
            }
            if (list.equals("/api/tokens")) {
                owner.post("/api/tokens", "{\"name\": \"second\", \"scopes\": [\"jobs:read\"]}");
            }
            if (list.equals("/api/crons")) {
                owner.post(list, cron("second"));
            }
            if (list.equals("/api/alert-channels")) {
                id(owner.post(list, CHANNEL));
            }
            String cursor =
                    Api.json(owner.get(list + "?limit=1")).get("next_cursor").asText();
            JsonNode ours = Api.json(owner.get(list)).get("data");
            assertThat(Api.json(stranger.get(list + "?cursor=" + cursor)).get("data"))
                    .extracting(one -> one.get("id").asLong())
                    .doesNotContainAnyElementsOf(
                            ours.findValues("id").stream().map(JsonNode::asLong).toList());
        }
    }

    @Test
    void tokensSecretsAndTeamsAreEachTeamsOwn() {
        assertThat(stranger.get("/api/tokens").body()).doesNotContain("owners");
        assertThat(owner.get("/api/tokens").body()).contains("owners");
        assertThat(Api.json(stranger.get("/api/signing-secrets")).get("data")).isEmpty();
        assertThat(Api.json(stranger.get("/api/me")).get("team").asText()).isEqualTo("strangers");
        assertThat(Api.json(owner.get("/api/me")).get("team").asText()).isEqualTo("default");
    }

    @Test
    void listsShowTheOwnTeamsOnly() {
        for (String list : new String[] {
            "/api/jobs",
            "/api/jobs?queue=" + QUEUE,
            "/api/jobs?status=pending",
            "/api/jobs?url=example",
            "/api/jobs?tag=labelled",
            "/api/dead-letters",
            "/api/dead-letters?queue=" + QUEUE,
            "/api/dead-letters?url=127",
            "/api/dead-letters?tag=labelled",
            "/api/dead-letters?host=127.0.0.1",
            "/api/dead-letters?failure_reason=blocked_address"
        }) {
            assertThat(Api.json(owner.get(list)).get("data")).as(list).isNotEmpty();
            assertThat(Api.json(stranger.get(list)).get("data"))
                    .as(list)
                    .extracting(one -> one.get("queue_id").asLong())
                    .doesNotContain(queue);
        }
        assertThat(Api.json(stranger.get("/api/queues")).get("data"))
                .extracting(one -> one.get("id").asLong())
                .doesNotContain(queue);
        assertThat(owner.get("/api/alert-channels").body()).contains("\"id\":" + channel);
        assertThat(Api.json(stranger.get("/api/alert-channels")).get("data")).isEmpty();
    }

    @Test
    void deadLettersOfAnotherTeamAreNeitherReplayedNorPurged() {
        String before = asTheOwnerSeesIt();

        for (String selection : new String[] {"{\"ids\":[" + deadLetter + "]}", "{\"queue\":\"" + QUEUE + "\"}"}) {
            HttpResponse<String> replayed = stranger.post("/api/dead-letters/replay", selection);
            HttpResponse<String> purged = stranger.post("/api/dead-letters/purge", selection);
            assertThat(Api.json(replayed).get("replayed").asLong()).isZero();
            assertThat(Api.json(purged).get("purged").asLong()).isZero();
        }

        assertThat(asTheOwnerSeesIt()).isEqualTo(before);
    }

    @Test
    void namesOfQueuesAndKeysOfPushesAreEachTeamsOwn() {
        HttpResponse<String> again = owner.post("/api/jobs", job(), "Idempotency-Key", KEY);
        HttpResponse<String> pushed = stranger.post("/api/jobs", job(), "Idempotency-Key", KEY);
        HttpResponse<String> batch =
                stranger.post("/api/jobs/batch", "{\"jobs\":[" + job() + "]}", "Idempotency-Key", "another-key");
        HttpResponse<String> made = stranger.post("/api/queues", "{\"name\":\"second\"}");
        HttpResponse<String> madeByOwner = owner.post("/api/queues", "{\"name\":\"second\"}");

        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(Api.json(again).get("job_id").asLong()).isEqualTo(pending);
        assertThat(pushed.statusCode()).isEqualTo(201);
        assertThat(pushed.headers().firstValue("Idempotent-Replayed")).isEmpty();
        JsonNode theirs = stranger.job(Api.json(pushed).get("job_id").asLong());
        assertThat(theirs.get("queue_id").asLong()).isNotEqualTo(queue);
        assertThat(Api.json(batch).at("/jobs/0/queue_id").asLong())
                .isEqualTo(theirs.get("queue_id").asLong());
        assertThat(owner.get("/api/jobs/" + theirs.get("id")).statusCode()).isEqualTo(404);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(madeByOwner.statusCode()).isEqualTo(201);
    }

    @Test
    void theAuditTellsOfTheOwnTeamsThingsOnly() {
        long named = owner.createQueue("{\"name\":\"told of\"}");

        assertThat(owner.get("/api/audit").body()).contains("told of", "\"type\":\"queue\",\"id\":" + named);
        for (String list : new String[] {"/api/audit", "/api/audit?action=queue.create", "/api/audit?actor=x"}) {
            assertThat(stranger.get(list).body())
                    .as(list)
                    .doesNotContain("told of", "\"type\":\"queue\",\"id\":" + named);
        }
    }

    @Test
    void statisticsAreOfTheOwnTeamOnly() {
        String own = "/api/stats?queue=" + QUEUE;

        await().until(() -> total(owner, own, "accepted") >= 2 && total(owner, own, "dead_lettered") >= 1);

        assertThat(total(owner, "/api/stats", "accepted")).isGreaterThanOrEqualTo(4);
        assertThat(Api.json(stranger.get("/api/stats?queue=" + ONLY_OURS)).get("data"))
                .as("the queue does not exist for him")
                .isEmpty();
        assertThat(total(stranger, "/api/stats", "failed_attempts")).isZero();
        assertThat(total(stranger, own, "failed_attempts")).isZero();
    }

    @Test
    void deadLettersAreCountedOfTheOwnTeamOnly() {
        for (String by : new String[] {"queue", "host", "failure_reason"}) {
            String groups = "/api/dead-letters/groups?by=" + by;
            assertThat(Api.json(owner.get(groups)).get("groups")).as(by).isNotEmpty();
            assertThat(stranger.get(groups).body())
                    .isEqualTo("{\"by\":\"" + by + "\",\"looked_at\":0,\"complete\":true,\"groups\":[]}");
        }
    }

    @Test
    void theOverviewTellsATeamThatHasNothingOfNothing() throws Exception {
        // What is refused before it is sent takes no time, so that there is nothing to tell of the owner's either.
        server.database().execute("""
                insert into queue_stats (team_id, queue_id, at, step, accepted, delivered, failed_attempts, retried, died,
                                         cancelled, lateness, lateness_max_ms, duration, duration_max_ms)
                values (1, 0, now() - interval '2 minutes', 60, 1, 1, 0, 0, 0, 0, '{1}', 1, '{1}', 1)
                """);
        await().until(() ->
                Api.json(owner.get("/api/overview")).at("/lateness_ms/p50").isNumber());
        assertThat(Api.json(owner.get("/api/overview")).get("last_failures")).isNotEmpty();

        ObjectNode told =
                Api.json(server.apiOfTeam("nothing").get("/api/overview")).deepCopy();
        told.remove(List.of("at", "nodes"));

        assertThat(told.toString())
                .isEqualTo("{\"accepted_per_second\":0.0,\"delivered_per_second\":0.0,\"failed_per_second\":0.0,"
                        + "\"lateness_ms\":{\"p50\":null,\"p99\":null},\"duration_ms\":{\"p50\":null,\"p99\":null},"
                        + "\"in_flight\":0,\"pending\":0,\"overdue\":0,\"oldest_overdue_seconds\":0.0,"
                        + "\"last_failures\":[],\"queues\":[]}");
    }

    private static long total(Api api, String path, String counter) {
        return Api.json(api.get(path)).get("data").findValues(counter).stream()
                .mapToLong(JsonNode::asLong)
                .sum();
    }

    private String asTheOwnerSeesIt() {
        return owner.get("/api/jobs/" + pending).body()
                + owner.get("/api/jobs/" + deadLetter).body()
                + owner.get("/api/queues/" + queue).body()
                + owner.get("/api/signing-secrets").body()
                + owner.get("/api/crons/" + cron).body()
                + owner.get("/api/crons/" + cron + "/executions").body()
                + owner.get("/api/alerts").body()
                + owner.get("/api/alert-channels").body()
                + owner.get(operation()).body()
                + owner.get(execution()).body()
                + database("select count(*) from api_tokens where revoked_at is not null");
    }

    private long database(String count) {
        try {
            return server.database().number(count);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String operation() {
        return "/api/operations/" + operation;
    }

    /** Whatever its filter says, an operation means its own team's jobs only. */
    @Test
    void anOperationFindsNothingOfAnotherTeam() {
        String before = asTheOwnerSeesIt();
        for (String filter : new String[] {
            "\"queue\": \"" + QUEUE + "\"",
            "\"url\": \"http\"",
            "\"tag\": \"labelled\"",
            "\"host\": \"127.0.0.1\"",
            "\"failure_reason\": \"blocked_address\"",
            "\"final_status\": \"dead_lettered\"",
            "\"after\": \"2000-01-01T00:00:00Z\""
        }) {
            for (String action : new String[] {"replay", "cancel", "purge"}) {
                HttpResponse<String> started = stranger.post(
                        "/api/operations",
                        "{\"action\": \"" + action + "\", \"dry_run\": false, \"filter\": {" + filter + "}}");
                assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
                String path = "/api/operations/" + Api.json(started).get("id");
                await().until(() -> stranger.get(path).body().contains("\"status\":\"finished\""));
                assertThat(Api.json(stranger.get(path)).get("matched").asLong()).isZero();
            }
        }

        assertThat(asTheOwnerSeesIt()).isEqualTo(before);
    }

    private String execution() {
        return "/api/crons/" + cron + "/executions/" + execution;
    }

    /** An execution of one's own cron is not reached by way of another's, nor the other way round. */
    @Test
    void anExecutionIsFoundByItsOwnCronOnly() {
        long theirs = id(stranger.post("/api/crons", cron("theirs")));

        assertThat(stranger.get("/api/crons/" + theirs + "/executions/" + execution)
                        .body())
                .isEqualTo(stranger.get("/api/crons/" + theirs + "/executions/" + NEVER_ID)
                        .body());
        assertThat(owner.get("/api/crons/" + theirs + "/executions/" + execution)
                        .statusCode())
                .isEqualTo(404);
    }

    private static String cron(String name) {
        return "{\"name\":\"" + name + "\",\"url\":\"http://127.0.0.1/\",\"cron_expression\":\"@yearly\"}";
    }

    private static String job() {
        return "{\"queue\":\"" + QUEUE + "\",\"url\":\"http://example.com/\",\"delay\":86400}";
    }
}
