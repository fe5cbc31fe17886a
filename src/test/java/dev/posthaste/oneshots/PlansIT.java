package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;

import dev.posthaste.quartz.PlainQuartz;
import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;

/** The planner knows nothing of a table that was filled a moment ago; the hot statements must not depend on it. */
class PlansIT {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    @Test
    void nothingReadsAllTriggersWhileOneShotsAreStoredClaimedAndCompleted() throws Exception {
        neverAnalysed(20_000);
        TestNode node = cluster.node();
        node.store(Shots.due("q1", 1_000));
        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1_000);
        await().until(() -> cluster.number("select count(*) from qrtz_fired_one_shots") == 0);

        node.close();

        assertThat(statistic("seq_scan", "qrtz_triggers")).isZero();
    }

    /** A node keeps its plans, and has made them all before there is anything to read. */
    @Test
    void plansThatWereMadeOnEmptyTablesFindTheirRowsOnceTheTablesAreFull() throws Exception {
        TestNode node = cluster.node();
        for (int i = 0; i < 20; i++) {
            int before = i;
            node.store(Shots.due("q" + i, 1));
            await().until(() -> node.port().count() == before + 1);
        }
        neverAnalysed(20_000);
        long read = rowsRead();

        node.store(Shots.due("q1", 1_000));
        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1_020);
        await().until(() -> cluster.number("select count(*) from qrtz_fired_one_shots") == 0);
        node.close();

        assertThat(statistic("seq_scan", "qrtz_triggers")).isZero();
        // Twice for each that was fired, and what looking for others costs; one look at everything would be 20,000.
        assertThat(statistic("seq_tup_read + idx_tup_fetch", "qrtz_triggers") - read)
                .isLessThan(15_000);
    }

    @Test
    void endingOneOfManyFiringsDoesNotReadTheOthers() throws Exception {
        neverAnalysed(20_000);
        cluster.database().execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'e' || i, 'busy', 'q' || i % 100, 'work', 1, false,
                       array['later' || i, 'also' || i], array[1, 1], array[5, 5], array[0, 0], B'00', 2
                  from generate_series(1, 20000) as i
                """);
        FiredTable table = new FiredTable("posthaste");
        // Claims that end as a whole, and others of which a part stays.
        List<ClaimedOneShot> ended = IntStream.rangeClosed(1, 1_000)
                .boxed()
                .flatMap(i -> i % 2 == 0 ? Stream.of(firing(i, 1)) : Stream.of(firing(i, 1), firing(i, 2)))
                .toList();

        try (Connection connection = cluster.database().dataSource().getConnection()) {
            for (ClaimedOneShot one : ended.subList(0, 10)) {
                table.complete(connection, List.of(one));
            }
            assertThat(table.complete(connection, ended.subList(10, 1_500)).owned())
                    .hasSize(1_490);
        }

        assertThat(statistic("seq_scan", "qrtz_fired_one_shots")).isZero();
        assertThat(statistic("seq_scan", "qrtz_triggers")).isZero();
    }

    @Test
    void aRecurringJobThatRunsAloneDoesNotReadTheOneShotsThatWait() throws Exception {
        neverAnalysed(20_000);
        Scheduler scheduler = PlainQuartz.scheduler(cluster.database(), "posthaste", "plain");
        scheduler.scheduleJob(
                newJob(Alone.class).withIdentity("alone").build(),
                newTrigger()
                        .withSchedule(
                                simpleSchedule().withIntervalInMilliseconds(50).withRepeatCount(9))
                        .build());

        scheduler.start();
        await().until(() -> !scheduler.checkExists(JobKey.jobKey("alone")));
        scheduler.shutdown(true);

        assertThat(statistic("seq_tup_read + idx_tup_fetch", "qrtz_triggers")).isLessThan(20_000);
    }

    private static ClaimedOneShot firing(int claim, int place) {
        OneShotKey key = new OneShotKey("q" + claim % 100, (place == 1 ? "later" : "also") + claim);
        return new ClaimedOneShot(key, "work", "e" + claim, place, 2, Instant.EPOCH, Instant.EPOCH, 0);
    }

    private void neverAnalysed(int rows) throws SQLException {
        for (String table : List.of("qrtz_triggers", "qrtz_fired_one_shots")) {
            cluster.database().execute("alter table " + table + " set (autovacuum_enabled = false)");
        }
        cluster.database().execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                select 'posthaste', 'later' || i, 'q' || i %% 100, 'work', 'one-shots', 4000000000000 + i, -1, 5,
                       'WAITING', 'ONCE', 1, 0, -1
                  from generate_series(1, %d) as i
                """.formatted(rows));
    }

    private long rowsRead() throws SQLException {
        return cluster.number("select coalesce(seq_tup_read + idx_tup_fetch, 0) from pg_stat_user_tables"
                + " where relname = 'qrtz_triggers'");
    }

    /** Sessions report what they have done when they end. */
    private long statistic(String column, String table) throws SQLException {
        String sql = "select " + column + " from pg_stat_user_tables where relname = '" + table + "'";
        String others = "select count(*) from pg_stat_activity where datname = current_database()";
        await().until(() -> cluster.number(others) == 1);
        return cluster.number(sql);
    }

    /** Must not meet itself. */
    @DisallowConcurrentExecution
    public static final class Alone implements Job {
        @Override
        public void execute(JobExecutionContext context) {}
    }
}
