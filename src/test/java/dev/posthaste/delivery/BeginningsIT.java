package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BeginningsIT {
    private static final int JOBS = 200;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.fresh();
    private final TestOneShots scheduler = new TestOneShots(database);
    private final Beginnings beginnings = new Beginnings(database.dataSource(), new DueJobDao(), scheduler.oneShots());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void jobs() throws SQLException {
        DueJobs.add(database, JOBS, "null", "null");
        DueJobs.claim(database, JOBS);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        beginnings.close();
        scheduler.close();
        database.close();
    }

    @Test
    void whatBeginsIsDurableWhenItIsSaidSoAndIsTakenBack() throws Exception {
        assertThat(beginnings.begin(job(1))).isTrue();
        assertThat(begun()).isOne();

        beginnings.takeBack(job(1));
        assertThat(begun()).isZero();
    }

    /** As when a node has died with all of its slots taken: each by itself would want a connection of its own. */
    @Test
    void thoseThatBeginAtTheSameTimeShareATransaction() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from jobs where id = 1 for update");
            all.add(begin(1));
            await().atMost(SOON).until(() -> waitingForALock() == 1);
            for (int id = 2; id <= JOBS; id++) {
                all.add(begin(id));
            }
            await().atMost(SOON).until(() -> beginnings.waiting() == JOBS - 1);
            assertThat(waitingForALock()).isOne();
            other.rollback();
        }
        for (Future<?> one : all) {
            one.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(begun()).isEqualTo(JOBS);
        assertThat(database.number("select count(distinct xmin::text) from jobs"))
                .isEqualTo(2);
    }

    @Test
    void whatCouldNotBeNotedIsTold() throws Exception {
        database.execute("alter table jobs rename to elsewhere");

        assertThatThrownBy(() -> beginnings.begin(job(1))).isInstanceOf(SQLException.class);

        database.execute("alter table elsewhere rename to jobs");
        beginnings.begin(job(1));
        assertThat(begun()).isOne();
    }

    @Test
    void whatIsSettledDoesNotBegin() throws Exception {
        database.execute("update jobs set status = 'cancelled' where id = 1");

        assertThat(beginnings.begin(job(1))).isFalse();
        assertThat(beginnings.begin(job(2))).isTrue();
    }

    @Test
    void whatAnotherNodeHasTakenOverNeitherBeginsNorIsTakenBack() throws Exception {
        beginnings.begin(job(1));
        database.execute("update qrtz_fired_one_shots set ended = set_bit(ended, 0, 1)");

        assertThat(beginnings.begin(job(1))).isFalse();
        beginnings.takeBack(job(1));

        assertThat(begun()).isOne();
    }

    private static ClaimedOneShot job(long id) {
        return DueJobs.claimed(id, JOBS);
    }

    private Future<?> begin(long id) {
        return threads.submit(() -> {
            beginnings.begin(job(id));
            return true;
        });
    }

    private long begun() throws SQLException {
        return database.number("select count(*) from jobs where begun_at is not null");
    }

    private long waitingForALock() throws SQLException {
        return database.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                + " and datname = current_database()");
    }
}
