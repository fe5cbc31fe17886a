package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The finished jobs of a deleted queue stand among the others until retention has removed them. Whoever looks passes them over,
 * a bounded number at a time, however many they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemovedQueueIT {
    private static final int GONE = 60_000;
    private static final int KEPT = 5;

    private ServerInside server;
    private Api api;

    /** The newest jobs are those of the queue that is gone; the older ones are all of a queue that is there. */
    @BeforeAll
    void start() throws Exception {
        server = new ServerInside();
        api = new Api(server.port(), ServerProcess.TOKEN);
        api.createQueue("{\"name\": \"kept\"}");
        long gone = api.createQueue("{\"name\": \"gone\"}");
        insertDeadLetters("kept", KEPT);
        insertDeadLetters("gone", GONE);
        assertThat(api.delete("/api/queues/" + gone).statusCode()).isEqualTo(204);
        server.database().execute("analyze");
    }

    private void insertDeadLetters(String queue, int count) throws SQLException {
        server.database().execute("""
                with request as (
                  insert into requests (id, method, url, headers)
                  values (nextval('requests_id_seq'), 'POST', 'http://%1$s.example/', '{}') returning id)
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                                  final_status, created_at, due_at, concluded_at, dead_lettered_at)
                select x.id, q.team_id, q.id, r.id, x.id, 1, 5, 'failed', 'dead_lettered', now(), now(), now(), now()
                  from (select nextval('jobs_id_seq') as id from generate_series(1, %2$d)) x
                 cross join request r cross join queues q where q.name = '%1$s'
                """.formatted(queue, count));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whoeverFollowsTheCursorFindsWhatStandsBehindItAndNothingOfIt() {
        for (String list : List.of("jobs?limit=100", "jobs?limit=100&status=failed", "dead-letters?limit=100")) {
            List<JsonNode> found = new ArrayList<>();
            JsonNode page = Api.json(api.get("/api/" + list));
            assertThat(page.has("data")).as(page.toString()).isTrue();
            page.get("data").forEach(found::add);
            while (!page.get("next_cursor").isNull()) {
                page = Api.json(api.get(
                        "/api/" + list + "&cursor=" + page.get("next_cursor").asText()));
                page.get("data").forEach(found::add);
            }

            assertThat(found)
                    .as(list)
                    .hasSize(KEPT)
                    .allSatisfy(job -> assertThat(job.get("queue").asText()).isEqualTo("kept"));
        }
    }

    @Test
    void groupsOfDeadLettersHaveNoneOfIt() {
        assertThat(api.get("/api/dead-letters/groups?by=queue").body()).doesNotContain("gone");
        JsonNode groups = Api.json(api.get("/api/dead-letters/groups?by=host"));
        assertThat(groups.toString()).doesNotContain("gone");
        assertThat(groups.get("looked_at").asLong()).isZero();
        assertThat(groups.get("complete").asBoolean())
                .as("there are some behind what was looked at")
                .isFalse();
    }

    /** Each reads a part of what the removed queue has left, and none all of it. */
    @Test
    void nobodyReadsAllOfIt() throws Exception {
        for (String path : List.of(
                "/api/overview",
                "/api/dead-letters/groups?by=host",
                "/api/dead-letters/groups?by=failure_reason",
                "/api/jobs",
                "/api/jobs?status=failed",
                "/api/dead-letters")) {
            long before = read();
            assertThat(api.get(path).statusCode()).as(path).isEqualTo(200);

            // Sessions report what they have read a second after they have done it.
            await().pollDelay(Duration.ofSeconds(2)).until(() -> read() > before);
            assertThat(read() - before).as(path).isLessThan(GONE - 5_000);
        }
    }

    private long read() throws SQLException {
        return server.database()
                .number(
                        "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'jobs'");
    }
}
