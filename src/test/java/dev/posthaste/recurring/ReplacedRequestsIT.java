package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request that was replaced stays as long as an execution shows it, and no longer. */
class ReplacedRequestsIT {
    private CronsOnDatabase crons;

    @BeforeEach
    void open() throws SQLException {
        crons = new CronsOnDatabase();
    }

    @AfterEach
    void close() {
        crons.close();
    }

    @Test
    void oneThatNothingWasSentWithIsGoneAtOnce() throws Exception {
        long id = crons.make("@yearly", "UTC");
        crons.change(id, "PUT");
        crons.run(id);
        crons.change(id, "PATCH");
        crons.change(id, "DELETE");

        assertThat(methods()).isEqualTo("DELETE,PUT");
        assertThat(crons.database.number("select count(*) from replaced_requests"))
                .isOne();
    }

    @Test
    void eachGoesWithTheLastOfItsExecutionsInWhateverOrderTheyGo() throws Exception {
        long id = crons.make("@yearly", "UTC");
        crons.run(crons.make("@yearly", "UTC"));
        for (String next : new String[] {"GET", "PUT", "PATCH", "DELETE"}) {
            crons.run(id);
            crons.run(id);
            crons.change(id, next);
        }
        assertThat(removeUnused()).isZero();

        removeExecutions("PUT", 1);
        assertThat(removeUnused()).isZero();
        removeExecutions("PUT", 1);
        assertThat(removeUnused()).isOne();
        removeExecutions("PATCH", 2);
        assertThat(removeUnused()).isOne();
        assertThat(methods()).isEqualTo("DELETE,GET,POST,POST");
        removeExecutions("GET", 1);
        removeExecutions("POST", 9);
        assertThat(removeUnused()).isOne();
        removeExecutions("GET", 1);
        assertThat(removeUnused()).isOne();

        assertThat(methods()).isEqualTo("DELETE,POST");
        assertThat(crons.database.number("select count(*) from replaced_requests"))
                .isZero();
    }

    /** Half of the requests are shown. A month of one replacement a minute is 43,200. */
    @Test
    void whatALookCostsDoesNotGrowWithTheExecutionsOfACron() throws Exception {
        long id = crons.make("@yearly", "UTC");
        crons.run(id);
        crons.database.execute("""
                insert into jobs (id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at,
                  cron_id, cron_trigger, status, final_status)
                select 1000000 + n, -1, 1000000 + n / 10, 1000000 + n, 1, 5, now(), now(), %d, 'schedule', 'completed',
                  'success' from generate_series(1, 30000) n where mod(n / 10, 2) = 0;
                insert into replaced_requests (id, cron_id, last_execution)
                select 1000000 + n, %d, 1000009 + n * 10 from generate_series(0, 2499) n;
                insert into requests (id, method, url, headers)
                select 1000000 + n, 'GET', 'x', '{}' from generate_series(0, 2499) n;
                """.formatted(id, id));

        long read = crons.jdbi.inTransaction(handle -> {
            assertThat(crons.recurring.removal().replacedRequests(handle.getConnection()))
                    .isEqualTo(1_250);
            return handle.createQuery("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
                            + " where relname = 'jobs'")
                    .mapTo(Long.class)
                    .one();
        });

        assertThat(read).isLessThan(10_000);
    }

    private void removeExecutions(String method, int max) throws SQLException {
        crons.database.execute(
                "delete from jobs where id in (select j.id from jobs j join requests r on r.id = j.request_id"
                        + " where r.method = '" + method
                        + "' and cron_id = (select min(id) from crons) order by j.id limit " + max
                        + ")");
    }

    private int removeUnused() throws SQLException {
        return crons.jdbi.inTransaction(handle -> crons.recurring.removal().replacedRequests(handle.getConnection()));
    }

    private String methods() throws SQLException {
        return crons.database.text("select string_agg(method, ',' order by method) from requests");
    }
}
