package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database answers, but does not do what it is asked. */
class FaultyDatabaseIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final TestDatabase database = TestDatabase.fresh();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
        database.close();
    }

    /** As CREATE INDEX or a dump does: for longer than a statement waits for a lock. */
    @Test
    void whatWasAnsweredIsNotSentAgainWhileItsOutcomeCannotBeWritten() throws Exception {
        try (ServerProcess server = serve();
                Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table runs");
            List<Long> jobs = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                jobs.add(server.api().push(job("/answered")));
            }
            await().atMost(SOON).until(() -> receiver.count("/answered") == 5);
            await().atMost(SOON).until(() -> server.log().contains("completion waits for the database with"));
            // The alert stands on it: what waits is less than what was in flight, and nothing further is claimed.
            await().atMost(SOON).until(() -> server.prometheus().contains("posthaste_held_up 1.0"));

            long later = server.api().push(job("/later"));
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(receiver.count("/later")).isZero();
            other.commit();

            jobs.add(later);
            for (long id : jobs) {
                await().atMost(SOON)
                        .until(() -> server.api().job(id).get("status").asText().equals("completed"));
                assertThat(server.api().job(id).get("runs")).hasSize(1);
            }
            assertThat(receiver.count("/answered")).isEqualTo(5);
            await().atMost(SOON).until(() -> server.prometheus().contains("posthaste_held_up 0.0"));
        }
    }

    /** As what a version of the database refuses that ours did not know of. */
    @Test
    void anAnswerThatCannotBeKeptIsLeftOutOfItsRunAndItsCallback() throws Exception {
        try (ServerProcess server = serve()) {
            refuse("runs", "response_body");
            refuse("callbacks", "body");
            receiver.script("/odd", (exchange, count) -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("an unkeepable answer".getBytes(StandardCharsets.US_ASCII));
            });

            long id = server.api()
                    .push("{\"queue\": \"q\", \"url\": \"" + receiver.url("/odd") + "\", \"callback_url\": \""
                            + receiver.url("/report") + "\", \"payload\": {}}");

            await().atMost(SOON).until(() -> receiver.count("/report") == 1);
            assertThat(receiver.count("/odd")).isOne();
            assertThat(server.api().job(id).at("/runs/0/response_status").asInt())
                    .isEqualTo(200);
            assertThat(receiver.arrivals("/report").get(0).body()).contains("could not be kept");
        }
    }

    /** As after a switch-over behind one address, when the old primary still answers. */
    @Test
    void aServerThatIsReadOnlyIsLeftForOneThatIsNot() throws Exception {
        try (ServerProcess server = serve()) {
            database.execute("alter database " + database.name() + " set default_transaction_read_only = on");
            database.endSessions();
            await().atMost(SOON).until(() -> server.api().get("/api/health").statusCode() == 503);
            assertThat(server.api().post("/api/jobs", job("/refused")).statusCode())
                    .isEqualTo(503);

            database.execute("begin read write; alter database " + database.name()
                    + " reset default_transaction_read_only; commit");

            await().atMost(SOON)
                    .until(() -> server.api().post("/api/jobs", job("/taken")).statusCode() == 201);
            await().atMost(SOON).until(() -> receiver.count("/taken") == 1);
            assertThat(server.api().get("/api/health").statusCode()).isEqualTo(200);
        }
    }

    private void refuse(String table, String column) throws SQLException {
        String refusal = """
                create function refuse_%1$s() returns trigger language plpgsql as $$
                begin raise exception 'not to be kept' using errcode = '22021'; end $$;
                create trigger refuse before insert on %1$s for each row when (new.%2$s like '%%unkeepable%%')
                  execute function refuse_%1$s()
                """;
        database.execute(refusal.formatted(table, column));
    }

    private ServerProcess serve() throws IOException {
        return ServerProcess.start(ServerProcess.directory("faulty"), database.settings());
    }

    private String job(String path) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\"}";
    }
}
