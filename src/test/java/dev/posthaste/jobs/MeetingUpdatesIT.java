package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.sql.BoundStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is recorded of many rows at once, while another transaction changes the same rows, is recorded of each. The first
 * releases of PostgreSQL 18 lose all but the first of an update that is joined with arrays.
 */
class MeetingUpdatesIT {
    private static final List<Long> IDS = LongStream.rangeClosed(1, 50).boxed().toList();

    private final TestDatabase database = TestDatabase.fresh();

    @BeforeEach
    void jobsAndCallbacks() throws SQLException {
        database.execute("""
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                       created_at, due_at)
                select n, 1, 1, n, n, 1, 5, 'pending', now(), now() from generate_series(1, 5000) n;
                insert into callbacks (id, job_id, queue_id, url, body, created_at)
                select n, n, 1, 'https://example.com/', '{}', now() from generate_series(1, 5000) n;
                analyze jobs, callbacks
                """);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void everyEndIsRecorded() throws Exception {
        List<JobEnd> ends = IDS.stream()
                .map(id -> new JobEnd(id, JobStatus.COMPLETED, FinalStatus.SUCCESS, Instant.EPOCH))
                .toList();

        meet("update jobs set priority = 6 where id <= 50", new JobDao().ending(ends));

        assertThat(database.number("select count(*) from jobs where status = 'completed' and final_status = 'success'"
                        + " and priority = 6 and concluded_at = to_timestamp(0) and dead_lettered_at is null"))
                .isEqualTo(IDS.size());
    }

    @Test
    void everyTryOfACallbackIsRecorded() throws Exception {
        List<CallbackDao.Try> tries = IDS.stream()
                .map(id -> new CallbackDao.Try(id, CallbackStatus.DELIVERED, null, 200, null, Instant.EPOCH))
                .toList();

        meet("update callbacks set attempts = attempts + 1 where id <= 50", new CallbackDao().triesMade(tries));

        assertThat(database.number("select count(*) from callbacks where status = 'delivered' and attempts = 2"
                        + " and last_response_status = 200 and delivered_at = to_timestamp(0)"))
                .isEqualTo(IDS.size());
    }

    private void meet(String change, BoundStatement recorded) throws Exception {
        database.meet(connection -> connection.createStatement().execute(change), connection -> {
            recorded.execute(connection);
            return true;
        });
    }
}
