package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LastRunsIT {
    private static final int DAYS = 20;

    private final TestDatabase database = TestDatabase.fresh();

    /** A chain of three attempts that died fifteen days ago, and one without a retry, a day later, whose run was interrupted. */
    @BeforeEach
    void writeChains() throws Exception {
        database.execute("""
                do $$ begin
                  for day in 1..%d loop
                    execute format('create table runs_of_%%s partition of runs for values from (%%L) to (%%L)', day,
                      '2026-01-01 00:00:00+00'::timestamptz + day * interval '24 hours',
                      '2026-01-01 00:00:00+00'::timestamptz + (day + 1) * interval '24 hours');
                  end loop;
                end $$;
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                                  final_status, created_at, due_at, concluded_at)
                select id, 1, 1, 1, original, attempt, 5, 'failed', 'dead_lettered', at, at, at
                  from (values (1, 1, 1, '2026-01-05 10:00:00+00'::timestamptz), (2, 1, 2, '2026-01-05 11:00:00+00'),
                               (4, 1, 3, '2026-01-05 12:00:00+00'), (3, 3, 1, '2026-01-06 10:00:00+00'),
                               (5, 5, 1, '2026-01-06 11:00:00+00')) as t (id, original, attempt, at);
                insert into runs (job_id, started_at, request_headers, failure_reason)
                select job, at, '{}', reason
                  from (values (1, '2026-01-05 10:00:00+00'::timestamptz, 'timeout'),
                               (2, '2026-01-05 11:00:00+00', 'timeout'),
                               (4, '2026-01-05 12:00:00+00', 'http_server_error'),
                               (3, '2026-01-06 10:00:00+00', 'interrupted'),
                               (3, '2026-01-06 10:01:00+00', 'timeout')) as t (job, at, reason)
                """.formatted(DAYS));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theLastRunOfTheLastAttemptTellsTheReason() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(LastRuns.reasons(connection, List.of(1L, 3L, 5L)))
                    .isEqualTo(Map.of(1L, FailureReason.HTTP_SERVER_ERROR, 3L, FailureReason.TIMEOUT));
            Map<Long, LastRuns.Attempt> attempts = LastRuns.attempts(connection, List.of(1L, 3L));
            assertThat(attempts.get(1L)).isNotNull().satisfies(last -> {
                assertThat(last.id()).isEqualTo(4);
                assertThat(last.number()).isEqualTo(3);
            });
            assertThat(attempts.get(3L))
                    .isNotNull()
                    .satisfies(last -> assertThat(last.id()).isEqualTo(3));
            assertThat(LastRuns.reasons(connection, List.of())).isEmpty();
        }
    }

    /** What is planned is locked, and planning a partition takes longer than reading what a page wants of it. */
    @Test
    void partitionsOfOtherDaysAreNotEvenPlanned() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            LastRuns.reasons(connection, List.of(1L, 3L));

            long planned = Rows.one(connection, """
                    select count(*) as planned from pg_locks l join pg_class c on c.oid = l.relation
                     where l.pid = pg_backend_pid() and c.relname like 'runs\\_of\\_%' and c.relkind = 'r'
                    """, Parameters.NONE, row -> row.getLong("planned"));

            assertThat(planned).isBetween(2L, 4L);
            connection.rollback();
        }
    }
}
