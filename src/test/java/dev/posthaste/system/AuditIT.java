package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who changed what, when and from where: what happened is told with it, and what did not is not. */
class AuditIT {
    /** Refused by the egress rules. */
    private static final String NOWHERE = "http://127.0.0.1/";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private ServerInside server;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
        api = new Api(server.port(), ServerProcess.TOKEN);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        root.detachAppender(log);
        server.close();
    }

    @Test
    void everyChangeIsToldWithWhoAndWhat() throws Exception {
        long queue = api.createQueue("{\"name\": \"emails\"}");
        api.patch("/api/queues/" + queue, "{\"max_per_second\": 5, \"timeout_seconds\": 30, \"redact\": [\"body\"]}");
        api.post("/api/queues/" + queue + "/pause", "");
        api.post("/api/queues/" + queue + "/resume", "");
        long job = api.push(waiting("emails"));
        api.patch(
                "/api/jobs/" + job,
                "{\"headers\": {\"Authorization\": \"canary\"}, \"body\": \"canary\","
                        + " \"priority\": 5, \"delay\": 7200, \"url\": \"http://127.0.0.1/canary\"}");
        api.post("/api/jobs/" + job + "/cancel", "");
        long again = Api.json(api.post("/api/jobs/" + job + "/replay", ""))
                .get("job_id")
                .asLong();
        await().until(() -> !api.job(again).get("final_status").isNull());
        api.delete("/api/jobs/" + job);
        api.pushAll(waiting("emails"), 3);
        api.post("/api/queues/" + queue + "/purge", "");
        long one = deadLetter("emails");
        long other = deadLetter("emails");
        api.post("/api/dead-letters/replay", "{\"ids\": [" + one + ", 999]}");
        api.post("/api/dead-letters/purge", "{\"ids\": [" + other + "]}");
        await().until(() ->
                Api.json(api.get("/api/queues/" + queue)).at("/counts/pending").asLong() == 0);
        deadLetter("other");
        api.post("/api/dead-letters/purge", "{\"queue\": \"other\"}");
        long signing = Api.json(api.post("/api/signing-secrets", "")).get("id").asLong();
        api.delete("/api/signing-secrets/" + signing);
        await().until(() -> api.delete("/api/queues/" + queue).statusCode() == 204);

        List<JsonNode> told = told("?limit=100");
        assertThat(told)
                .extracting(entry -> entry.get("action").asText() + " "
                        + entry.at("/thing/type").asText() + " "
                        + entry.at("/thing/id").asText() + " "
                        + entry.at("/thing/name").asText())
                .containsExactly(
                        "queue.delete queue " + queue + " emails",
                        "signing_secret.delete signing_secret " + signing + " null",
                        "signing_secret.create signing_secret " + signing + " null",
                        "dead_letters.purge queue " + otherQueue() + " other",
                        "dead_letters.purge job " + other + " null",
                        "dead_letters.replay job " + one + " null",
                        "queue.purge queue " + queue + " emails",
                        "job.delete job " + job + " null",
                        "job.replay job " + job + " null",
                        "job.cancel job " + job + " null",
                        "job.change job " + job + " null",
                        "queue.resume queue " + queue + " emails",
                        "queue.pause queue " + queue + " emails",
                        "queue.change queue " + queue + " emails",
                        "queue.create queue " + queue + " emails",
                        "token.create token 1 POSTHASTE_API_TOKEN");
        assertThat(told.subList(0, told.size() - 1)).allSatisfy(entry -> {
            assertThat(entry.get("actor").asText()).isEqualTo("POSTHASTE_API_TOKEN");
            assertThat(entry.get("token_id").asLong()).isOne();
            assertThat(entry.get("address").asText()).isEqualTo("127.0.0.1");
            assertThat(OffsetDateTime.parse(entry.get("at").asText()).toInstant())
                    .isCloseTo(Instant.now(), within(10, ChronoUnit.MINUTES));
        });
        assertThat(told.get(told.size() - 1).get("actor").asText()).isEqualTo("server");
        assertThat(of(told, "queue.change").get("fields").toString()).isEqualTo("[\"max_per_second\",\"redact\"]");
        assertThat(of(told, "job.change").get("fields").toString())
                .isEqualTo("[\"url\",\"headers\",\"body\",\"scheduled_at\"]");
        assertThat(of(told, "queue.purge").get("count").asLong()).isEqualTo(3);
        assertThat(of(told, "dead_letters.purge").get("count").asLong()).isOne();
        assertThat(told.toString()).doesNotContain("canary", "whsec_", ServerProcess.TOKEN);
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("Audit: "))
                .hasSize(told.size() - 1)
                .contains("Audit: token 1 \"POSTHASTE_API_TOKEN\" from 127.0.0.1: queue.pause, queue " + queue
                        + " \"emails\" of team 1, is_active")
                .noneMatch(line -> line.contains("canary"));
    }

    @Test
    void anAddressOfIpv6IsToldAsOneWritesIt() throws Exception {
        assumeThat(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")))
                .as("this machine has IPv6")
                .isNotNull();
        long queue = api.createQueue("{\"name\": \"emails\"}");
        HttpRequest pause = HttpRequest.newBuilder(
                        URI.create("http://[::1]:" + server.port() + "/api/queues/" + queue + "/pause"))
                .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();

        HttpClient.newHttpClient().send(pause, HttpResponse.BodyHandlers.ofString());

        assertThat(Api.json(api.get("/api/audit?action=queue.pause"))
                        .at("/data/0/address")
                        .asText())
                .isEqualTo("::1");
    }

    @Test
    void whatDidNotHappenIsNotTold() {
        long queue = api.createQueue("{\"name\": \"emails\"}");
        long job = api.push(waiting("emails"));
        api.createQueue("{\"name\": \"taken\"}");
        int before = told("").size();

        api.post("/api/queues", "{\"name\": \"emails\"}");
        api.patch("/api/queues/" + queue, "{\"name\": \"taken\"}");
        api.patch("/api/queues/" + queue, "{}");
        api.patch("/api/queues/" + queue, "{\"timeout_seconds\": 30}");
        api.patch("/api/queues/" + queue, "{\"timeout_seconds\": 0}");
        api.post("/api/queues/" + queue + "/resume", "");
        api.delete("/api/queues/" + queue);
        api.delete("/api/queues/999");
        api.post("/api/queues/999/purge", "");
        api.patch("/api/jobs/" + job, "{}");
        api.patch("/api/jobs/" + job, "{\"priority\": 5, \"method\": \"POST\"}");
        api.patch("/api/jobs/" + job, "{\"priority\": 0}");
        api.post("/api/jobs/" + job + "/replay", "");
        api.post("/api/jobs/999/cancel", "");
        api.delete("/api/jobs/999");
        api.post("/api/dead-letters/replay", "{\"queue\": \"emails\"}");
        api.post("/api/dead-letters/purge", "{\"ids\": [" + job + "]}");
        api.delete("/api/signing-secrets/999");
        api.get("/api/jobs");

        assertThat(told("")).hasSize(before);
        api.post("/api/jobs/" + job + "/cancel", "");
        assertThat(told("")).hasSize(before + 1);
        api.post("/api/jobs/" + job + "/cancel", "");
        api.post("/api/queues/" + queue + "/purge", "");
        assertThat(told("")).hasSize(before + 1);
    }

    @Test
    void whatCannotBeToldDoesNotHappen() throws Exception {
        long queue = api.createQueue("{\"name\": \"emails\"}");
        long job = api.push(waiting("emails"));
        long dead = deadLetter("emails");
        api.post("/api/signing-secrets", "");
        String before = everything(queue, job, dead);
        int lines = lines();
        server.database().execute("alter table audit add constraint nothing_more check (false) not valid");

        assertThat(changes(queue, job, dead)).allMatch(answer -> answer.statusCode() == 500);
        assertThat(everything(queue, job, dead)).isEqualTo(before);
        assertThat(lines()).isEqualTo(lines);
    }

    @Test
    void whatIsNotCommittedIsNotTold() throws Exception {
        long queue = api.createQueue("{\"name\": \"emails\"}");
        long job = api.push(waiting("emails"));
        long dead = deadLetter("emails");
        api.post("/api/signing-secrets", "");
        String before = everything(queue, job, dead);
        int lines = lines();
        List<JsonNode> told = told("");
        server.database()
                .execute("create function refuse() returns trigger language plpgsql as"
                        + " $$ begin raise exception 'as a test wants'; end $$");
        for (String table : List.of("jobs", "queues", "signing_secrets")) {
            server.database()
                    .execute("create constraint trigger refuse after insert or update or delete on " + table
                            + " deferrable initially deferred for each row execute function refuse()");
        }

        assertThat(changes(queue, job, dead)).allMatch(answer -> answer.statusCode() >= 500);
        assertThat(told("")).isEqualTo(told);
        assertThat(lines()).isEqualTo(lines);
        assertThat(everything(queue, job, dead)).isEqualTo(before);
    }

    private List<HttpResponse<String>> changes(long queue, long job, long dead) {
        return List.of(
                api.post("/api/queues", "{\"name\": \"another\"}"),
                api.patch("/api/queues/" + queue, "{\"name\": \"other\"}"),
                api.post("/api/queues/" + queue + "/pause", ""),
                api.post("/api/queues/" + queue + "/purge", ""),
                api.patch("/api/jobs/" + job, "{\"method\": \"PUT\"}"),
                api.post("/api/jobs/" + job + "/cancel", ""),
                api.delete("/api/jobs/" + job),
                api.post("/api/jobs/" + dead + "/replay", ""),
                api.post("/api/dead-letters/replay", "{\"queue\": \"emails\"}"),
                api.post("/api/dead-letters/purge", "{\"ids\": [" + dead + "]}"),
                api.post("/api/signing-secrets", ""),
                api.delete("/api/signing-secrets/1"));
    }

    @Test
    void itIsListedNewestFirstInPagesAndFiltered() throws SQLException {
        List<Long> queues = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            queues.add(api.createQueue("{\"name\": \"q" + i + "\"}"));
        }
        server.database().execute("""
                insert into audit (team_id, actor, action, thing_type)
                values (null, 'command line', 'secret_key.change', 'secret_key'), (2, 'somebody', 'queue.pause', 'queue')
                """);

        JsonNode first = Api.json(api.get("/api/audit?action=queue.create&limit=3"));
        JsonNode second = Api.json(api.get("/api/audit?action=queue.create&limit=3&cursor="
                + first.get("next_cursor").asText()));

        assertThat(first.get("data"))
                .extracting(entry -> entry.at("/thing/id").asLong())
                .containsExactly(queues.get(4), queues.get(3), queues.get(2));
        assertThat(second.get("data"))
                .extracting(entry -> entry.at("/thing/id").asLong())
                .containsExactly(queues.get(1), queues.get(0));
        assertThat(second.get("next_cursor").isNull()).isTrue();
        assertThat(told("?actor=server"))
                .extracting(entry -> entry.get("action").asText())
                .containsExactly("token.create");
        assertThat(told("?actor=command%20line&action=secret_key.change")).hasSize(1);
        assertThat(told("?actor=somebody")).isEmpty();
        assertThat(told("")).first().satisfies(entry -> {
            assertThat(entry.get("action").asText()).isEqualTo("secret_key.change");
            assertThat(entry.get("token_id").isNull()).isTrue();
            assertThat(entry.get("address").isNull()).isTrue();
        });
        for (String wrong : List.of(
                "action=queue",
                "actor=a%0ab",
                "limit=0",
                "cursor=x",
                "action=queue.pause&cursor=" + first.get("next_cursor").asText())) {
            assertThat(api.get("/api/audit?" + wrong).statusCode()).as(wrong).isEqualTo(422);
        }
    }

    @Test
    void whatWasToldLongAgoIsRemoved() throws Exception {
        server.database().execute("""
                insert into audit (team_id, at, actor, action, thing_type)
                select 1, now() - make_interval(days => n), 'old', 'queue.pause', 'queue' from unnest(array[89, 91, 400]) n
                """);

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.adminPort() + "/tasks/retention"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).contains(" 2 entries of the audit,");
        assertThat(told("?actor=old")).hasSize(1);
    }

    private long deadLetter(String queue) {
        // Refused by the egress rules, so that it fails by itself.
        long id = api.push("{\"queue\": \"" + queue + "\", \"url\": \"http://127.0.0.1/\", \"retry_delays\": [1]}");
        await().until(() -> api.job(id).get("final_status").asText().equals("dead_lettered"));
        return id;
    }

    private static String waiting(String queue) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + NOWHERE + "\", \"delay\": 3600, \"retry_delays\": []}";
    }

    private String otherQueue() throws SQLException {
        return server.database().text("select id::text from queues where name = 'other'");
    }

    private String everything(long queue, long job, long dead) {
        return api.get("/api/queues/" + queue).body()
                + api.get("/api/queues").body()
                + api.job(job)
                + api.job(dead)
                + api.get("/api/dead-letters").body()
                + api.get("/api/signing-secrets").body();
    }

    private int lines() {
        return (int) List.copyOf(log.list).stream()
                .filter(event -> event.getFormattedMessage().startsWith("Audit: "))
                .count();
    }

    private List<JsonNode> told(String query) {
        List<JsonNode> told = new ArrayList<>();
        Api.json(api.get("/api/audit" + query)).get("data").forEach(told::add);
        return told;
    }

    private static JsonNode of(List<JsonNode> told, String action) {
        return told.stream()
                .filter(entry -> entry.get("action").asText().equals(action))
                .findFirst()
                .orElseThrow();
    }
}
