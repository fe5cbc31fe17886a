package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a page of a list costs must not depend on what the planner happens to know, nor end before the list does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListsIT {
    private static final int JOBS = 100_000;

    private TestDatabase database;
    private ServerProcess server;
    private Api api;

    /** Nearly all jobs have ended in one way, and the planner knows it; an empty table's plans have been kept before. */
    @BeforeAll
    void start() throws Exception {
        database = TestDatabase.empty();
        server = ServerProcess.start(ServerProcess.directory("lists"), database.settings());
        api = server.api();
        database.execute("alter table jobs set (autovacuum_enabled = false)");
        for (int i = 0; i < 15; i++) {
            assertThat(page("jobs").get("data")).isEmpty();
        }
        database.execute("""
                insert into queues (team_id, name) select id, n from teams, unnest(array['done', 'gone', 'dead']) as n;
                insert into requests (id, method, url, headers)
                select n, 'POST', 'https://example.com/' || n, '{}' from generate_series(1, %1$d) n;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                       final_status, created_at, due_at, concluded_at, dead_lettered_at)
                select n, q.team_id, q.id, n, n, 1, 5, case when n %% 1000 = 7 then 'failed' else 'completed' end,
                       case when n %% 1000 = 7 then 'dead_lettered' else 'success' end, now(), now(), now(),
                       case when n %% 1000 = 7 then now() end
                  from generate_series(1, %1$d) n
                  join queues q on q.name = case when n > %1$d - 500 then 'gone' when n %% 1000 = 7 then 'dead' else 'done' end
                """.formatted(JOBS));
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void noPageReadsTheTable() throws Exception {
        long before = read();
        readPages();
        database.execute("analyze");
        readPages();

        // Sessions report what they have read a second after they have done it.
        await().pollDelay(Duration.ofSeconds(3)).until(() -> read() > before);
        assertThat(read() - before).isLessThan(JOBS / 2);
    }

    @Test
    void theJobsOfADeletedQueueDoNotEndTheList() {
        assertThat(api.delete("/api/queues/" + queueId("gone")).statusCode()).isEqualTo(204);

        assertThat(page("jobs?limit=100").get("data")).hasSize(100);
        assertThat(page("jobs?limit=100").get("next_cursor").isNull()).isFalse();
        assertThat(page("dead-letters?limit=100").get("data")).hasSize(JOBS / 1_000);
    }

    /** Each page looks at 2,000 jobs. */
    @Test
    void aSearchThatFindsNothingOnAPageGoesOnByItsCursorUntilTheListEnds() {
        String search = "jobs?limit=2&url=example.com/50000";
        List<Long> found = new ArrayList<>();
        JsonNode page = page(search);
        assertThat(page.get("data")).isEmpty();
        int pages = 1;
        while (!page.get("next_cursor").isNull()) {
            page = page(search + "&cursor=" + page.get("next_cursor").asText());
            page.get("data").forEach(job -> found.add(job.get("id").asLong()));
            pages++;
        }

        assertThat(found).containsExactly(50_000L);
        assertThat(pages).isBetween(JOBS / 2_000 - 1, JOBS / 2_000 + 1);
    }

    private void readPages() {
        for (String list : new String[] {
            "jobs",
            "jobs?status=pending",
            "jobs?status=cancelled",
            "jobs?queue=done&status=failed",
            "jobs?queue=dead",
            "dead-letters",
            "dead-letters?queue=done",
            "dead-letters?queue=dead"
        }) {
            for (int i = 0; i < 3; i++) {
                page(list);
            }
        }
    }

    private String queueId(String name) {
        for (JsonNode queue : page("queues").get("data")) {
            if (queue.get("name").asText().equals(name)) {
                return queue.get("id").asText();
            }
        }
        throw new AssertionError(name);
    }

    private JsonNode page(String list) {
        return Api.json(api.get("/api/" + list));
    }

    private long read() throws Exception {
        return database.number(
                "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'jobs'");
    }
}
