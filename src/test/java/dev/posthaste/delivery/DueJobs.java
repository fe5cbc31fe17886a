package dev.posthaste.delivery;

import dev.posthaste.db.TestDatabase;
import java.sql.SQLException;

/** Pending jobs of one queue without retries, as tests of deliveries need them, each with a request of the same id. */
final class DueJobs {
    private DueJobs() {}

    /** Adds those with the ids from 1 to {@code count}. */
    static void add(TestDatabase database, int count, String bodyKind, String body) throws SQLException {
        database.execute("""
                insert into queues (team_id, name, retries_enabled) select id, 'q', false from teams;
                insert into requests (id, method, url, headers, body_kind, body)
                select n, 'POST', 'http://127.0.0.1/', '{}', %s, %s from generate_series(1, %d) n;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                  created_at, due_at)
                select r.id, q.team_id, q.id, r.id, r.id, 1, 5, 'pending', now(), now() from requests r, queues q
                """.formatted(bodyKind, body, count));
    }
}
