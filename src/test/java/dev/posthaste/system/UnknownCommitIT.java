package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.signing.TestKeys;
import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The session ends in the middle of the commit: nobody knows whether that was made. */
class UnknownCommitIT {
    private static final String JOB = "{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400}";

    private static final String LOOK =
            "The connection to the database broke during the commit: whether this was done is"
                    + " not known. Look before you repeat it.";

    private ServerInside server;

    @BeforeEach
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("secretKey", TestKeys.SECRET_KEY));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatMayHaveBeenDoneWithACronIsNotToldToBeRefused() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        String cron = "{\"name\":\"c\",\"url\":\"http://example.com/\",\"cron_expression\":\"@yearly\"}";
        String path = "/api/crons/" + Api.json(api.post("/api/crons", cron)).get("id");
        server.database().execute("""
                create function fall() returns trigger language plpgsql as
                  $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger fall after insert or update or delete on crons deferrable initially deferred
                  for each row execute function fall();
                create constraint trigger fall after insert on jobs deferrable initially deferred
                  for each row execute function fall()
                """);

        for (HttpResponse<String> answer : List.of(
                api.post("/api/crons", cron),
                api.patch(path, "{\"name\":\"d\"}"),
                api.post(path + "/pause", ""),
                api.post(path + "/run", ""),
                api.delete(path))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(Api.json(answer).get("error").asText()).isEqualTo(LOOK);
        }
        assertThat(server.database().number("select count(*) from crons where is_active and name = 'c'"))
                .isOne();
    }

    /** Whatever changes something tells the audit of it. */
    @Test
    void whateverWasDoneInACommitWithoutAnAnswerIsNotToldToBeRefused() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        Api admin = new Api(server.adminPort(), "");
        String channels = "/api/alert-channels";
        String channel = "{\"type\":\"webhook\",\"url\":\"http://example.com/\"}";
        String oneChannel = channels + "/" + id(api.post(channels, channel));
        String queue = "/api/queues/" + api.createQueue("{\"name\":\"q\"}");
        String paused = "/api/queues/" + api.createQueue("{\"name\":\"paused\"}");
        api.post(paused + "/pause", "");
        String token = "/api/tokens/" + id(api.post("/api/tokens", "{\"name\":\"t\",\"scopes\":[\"jobs:read\"]}"));
        String secret = "/api/signing-secrets/" + id(api.post("/api/signing-secrets", ""));
        String job = "/api/jobs/" + api.push(JOB);
        long failed = api.push("{\"queue\":\"dead\",\"url\":\"http://127.0.0.1:1/\",\"retry_delays\":[1]}");
        await().until(() -> !Api.json(api.get("/api/dead-letters")).get("data").isEmpty());
        String failedOnes = "{\"ids\":[" + failed + "]}";
        server.database().execute("""
                insert into alerts (team_id, type, alertable_type, alertable_id, alertable_name, count, event_id,
                  created_at, last_at)
                select id, 'failure', 'queue', 1, 'q', 1, 1, now(), now() from teams
                """);
        String alert = "/api/alerts/" + server.database().number("select max(id) from alerts");
        admin.post("/tasks/team?action=create&name=other", "");
        long before = server.database().number("select count(*) from audit");
        server.database().execute("""
                create function fall() returns trigger language plpgsql as
                  $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger fall after insert on audit deferrable initially deferred
                  for each row execute function fall()
                """);

        Map<String, Supplier<HttpResponse<String>>> calls = new LinkedHashMap<>();
        calls.put("a channel made", () -> api.post(channels, channel));
        calls.put("a channel changed", () -> api.patch(oneChannel, "{\"is_active\":false}"));
        calls.put("a channel tested", () -> api.post(oneChannel + "/test", ""));
        calls.put("a channel removed", () -> api.delete(oneChannel));
        calls.put("an alert acknowledged", () -> api.post(alert + "/acknowledge", ""));
        calls.put("a queue made", () -> api.post("/api/queues", "{\"name\":\"n\"}"));
        calls.put("a queue changed", () -> api.patch(queue, "{\"name\":\"n\"}"));
        calls.put("a queue paused", () -> api.post(queue + "/pause", ""));
        calls.put("a queue resumed", () -> api.post(paused + "/resume", ""));
        calls.put("a queue purged", () -> api.post(queue + "/purge", ""));
        calls.put("a queue deleted", () -> api.delete(paused));
        calls.put("a token made", () -> api.post("/api/tokens", "{\"name\":\"n\",\"scopes\":[\"jobs:read\"]}"));
        calls.put("a token revoked", () -> api.delete(token));
        calls.put("a secret made", () -> api.post("/api/signing-secrets", ""));
        calls.put("a secret ended", () -> api.delete(secret));
        calls.put("a job changed", () -> api.patch(job, "{\"priority\":3}"));
        calls.put("a job cancelled", () -> api.post(job + "/cancel", ""));
        calls.put("a job replayed", () -> api.post("/api/jobs/" + failed + "/replay", ""));
        calls.put("a job removed", () -> api.delete(job));
        calls.put("dead letters replayed", () -> api.post("/api/dead-letters/replay", failedOnes));
        calls.put("dead letters removed", () -> api.post("/api/dead-letters/purge", failedOnes));
        calls.forEach((what, call) -> {
            HttpResponse<String> answer = call.get();
            assertThat(answer.statusCode()).as(what + answer.body()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).as(what).isPresent();
            assertThat(Api.json(answer).get("error").asText()).as(what).isEqualTo(LOOK);
        });
        for (String task : List.of(
                "team?action=create&name=n",
                "team?action=rename&name=other&to=n",
                "team?action=delete&name=other",
                "token?action=create",
                "token?action=revoke&id=" + token.substring("/api/tokens/".length()))) {
            HttpResponse<String> answer = admin.post("/tasks/" + task, "");
            assertThat(answer.statusCode()).as(task).isEqualTo(503);
            assertThat(answer.body().strip()).as(task).isEqualTo(LOOK);
        }
        assertThat(server.database().number("select count(*) from audit")).isEqualTo(before);
    }

    @Test
    void whatWasDoneButCannotBeShownIsToldToBeDone() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        String changed = "/api/jobs/" + api.push(JOB);
        String cancelled = "/api/jobs/" + api.push(JOB);
        // In the commit, so that the reading after it is the first that misses the table.
        server.database().execute("""
                create function hide() returns trigger language plpgsql as
                  $$ begin alter table runs rename to hidden_runs; return null; end $$;
                create constraint trigger hide after insert on audit deferrable initially deferred
                  for each row execute function hide()
                """);

        HttpResponse<String> ofChange = api.patch(changed, "{\"priority\":3}");
        server.database().execute("alter table hidden_runs rename to runs");
        HttpResponse<String> ofCancelling = api.post(cancelled + "/cancel", "");
        server.database().execute("alter table hidden_runs rename to runs");

        for (HttpResponse<String> answer : List.of(ofChange, ofCancelling)) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(Api.json(answer).get("error").asText())
                    .isEqualTo("This was done, but the database does not serve the job just now. Read the job.");
        }
        assertThat(Api.json(api.get(changed)).get("priority").asInt()).isEqualTo(3);
        assertThat(Api.json(api.get(cancelled)).get("status").asText()).isEqualTo("cancelled");
    }

    private static long id(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer).get("id").asLong();
    }

    /** Nothing is done by a transaction that has not come to its commit. */
    @Test
    void whatBrokeOffBeforeItsCommitIsToBeRepeated() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        server.database().execute("""
                create function fall() returns trigger language plpgsql as
                  $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create trigger fall after insert on crons for each row execute function fall()
                """);

        HttpResponse<String> answer = api.post(
                "/api/crons", "{\"name\":\"c\",\"url\":\"http://example.com/\",\"cron_expression\":\"@yearly\"}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Api.json(answer).get("error").asText())
                .isEqualTo("The database does not serve this just now. Try again.");
    }

    @Test
    void whatMayHaveBeenAcceptedIsNotToldToBeRefused() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        api.push(JOB);
        // Deferred, and so a part of the commit.
        server.database().execute("""
                create function fall() returns trigger language plpgsql as
                  $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger fall after insert on jobs deferrable initially deferred
                  for each row execute function fall()
                """);

        HttpResponse<String> answer = api.post("/api/jobs", JOB, "Idempotency-Key", "one");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(Api.json(answer).get("error").asText())
                .contains("is not known", "same Idempotency-Key")
                .doesNotContain("nothing was accepted");
        server.database().execute("drop trigger fall on jobs");
        assertThat(api.post("/api/jobs", JOB, "Idempotency-Key", "one").statusCode())
                .isEqualTo(201);
        assertThat(server.database().number("select count(*) from jobs")).isEqualTo(2);
    }
}
