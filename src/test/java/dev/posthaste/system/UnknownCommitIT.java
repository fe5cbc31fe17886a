package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The session ends in the middle of the commit: nobody knows whether that was made. */
class UnknownCommitIT {
    private static final String JOB = "{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400}";

    private ServerInside server;

    @BeforeEach
    void start() throws Exception {
        server = new ServerInside();
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
            assertThat(Api.json(answer).get("error").asText())
                    .isEqualTo("The connection to the database broke during the commit: whether this was done is not"
                            + " known. Look before you repeat it.");
        }
        assertThat(server.database().number("select count(*) from crons where is_active and name = 'c'"))
                .isOne();
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
