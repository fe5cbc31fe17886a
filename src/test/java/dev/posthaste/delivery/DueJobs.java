package dev.posthaste.delivery;

import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;

/** Pending jobs of one queue without retries, as tests of deliveries need them, each with a request of the same id. */
final class DueJobs {
    private DueJobs() {}

    /** Claims the first {@code count} of them for a node, all at once. */
    static void claim(TestDatabase database, int count) throws SQLException {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c', 'node', 'q', '%s', 1, false, array_agg('j' || n order by n), array_agg(1),
                       array_agg(5), array_agg(0), repeat('0', %2$d)::bit varying, %2$d
                  from generate_series(1, %2$d) n
                """.formatted(Triggers.DELIVERY, count));
    }

    /** One of those that {@link #claim} has claimed. */
    static ClaimedOneShot claimed(long id, int count) {
        return new ClaimedOneShot(
                new OneShotKey("q", "j" + id),
                Triggers.DELIVERY,
                "c",
                (int) id,
                count,
                Instant.EPOCH,
                Instant.EPOCH,
                0);
    }

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
