package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobSizeIT {
    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    /** Else one could make it wait for room, and see that there is something large. */
    @Test
    void aJobWeighsItsBodyHeadersAndRunsAndNothingForAnotherTeam() throws Exception {
        database.execute("""
                insert into teams (name) values ('strangers');
                insert into requests (id, method, url, headers, body_kind, body)
                values (1, 'POST', 'http://127.0.0.1/', '{}', 'body', repeat('x', 1000));
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                  created_at, due_at)
                select 1, id, 1, 1, 1, 1, 5, 'completed', now(), now() from teams where name = 'default';
                insert into runs (job_id, started_at, request_headers, response_body, response_truncated)
                values (1, now(), '{}', repeat('y', 300), false)
                """);
        long ours = database.number("select id from teams where name = 'default'");
        long theirs = database.number("select id from teams where name = 'strangers'");
        JobSize size = new JobSize(Jdbi.create(database.dataSource()));

        assertThat(size.of(ours, 1)).isEqualTo(1_000 + 2 + 300 + 2);
        assertThat(size.of(theirs, 1)).isZero();
        assertThat(size.of(ours, 2)).isZero();
    }
}
