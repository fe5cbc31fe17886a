package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.crons.CronSchedule;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repair mends what nothing of ours leads to, and leaves alone what somebody is doing at the moment. */
class RepairCronsIT {
    private static final String CLAIM = """
            with taken as (delete from qrtz_triggers returning *)
            insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
              counted, trigger_names, due_times, priorities, ended, remaining, weights)
            select sched_name, 'claim', 'somebody', trigger_group, job_name, 0, false, array[trigger_name],
                   array[next_fire_time], array[priority], B'0', 1, array[weight] from taken
            """;

    private CronsOnDatabase crons;

    @BeforeEach
    void open() throws SQLException {
        crons = new CronsOnDatabase();
    }

    @AfterEach
    void close() {
        crons.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/5 * * * *", "0 * * * *", "0 0 1 * *"})
    void whatWaitsBehindItsNextTimeIsMendedHoweverLittleItIs(String expression) throws Exception {
        CronSchedule schedule = new Timing(expression, "Europe/Berlin").schedule();
        long oneLater = crons.make(expression, "Europe/Berlin");
        Instant before = crons.now();
        crons.setNextFire(oneLater, schedule.next(schedule.next(before.plusSeconds(120))));
        long moved = crons.make(expression, "UTC");
        crons.setNextFire(moved, "clock_timestamp() + interval '63 days 3 hours 7 seconds'");

        assertThat(repair()).isEqualTo(2);

        assertThat(crons.nextFire(oneLater)).isIn(schedule.next(before), schedule.next(crons.now()));
        CronSchedule utc = new Timing(expression, "UTC").schedule();
        assertThat(crons.nextFire(moved)).isIn(utc.next(before), utc.next(crons.now()));
        assertThat(repair()).isZero();
    }

    /** As a clock that is set back by seconds right after a fire leaves it. */
    @Test
    void aFireThatWasMadeJustNowIsNotMadeAgain() throws Exception {
        CronSchedule schedule = new Timing("0 0 1 * *", "UTC").schedule();
        long id = crons.make("0 0 1 * *", "UTC");
        Instant made = crons.nextFire(id);
        crons.setNextFire(id, "date_trunc('milliseconds', clock_timestamp())");
        crons.fire();
        crons.database.execute("update jobs set due_at = timestamptz '" + made + "'");
        crons.run(id);
        crons.setNextFire(id, schedule.next(made));

        assertThat(repair()).isZero();

        crons.setNextFire(id, schedule.next(schedule.next(made)));
        assertThat(repair()).isOne();
        assertThat(crons.nextFire(id)).isEqualTo(schedule.next(made));
    }

    @Test
    void whatSomebodyElseChangesIsJudgedByWhatItIsThen() throws Exception {
        long id = crons.make("*/5 * * * *", "UTC");
        Instant well = crons.nextFire(id).plusSeconds(60);
        crons.setNextFire(id, "clock_timestamp() + interval '1 year'");

        assertThat(whileHeld(
                        "update crons set cron_expression = '@yearly', next_fire_at = timestamptz '" + well
                                + "' where id = " + id,
                        "select 1"))
                .isZero();

        assertThat(crons.nextFire(id)).isEqualTo(well);
    }

    @Test
    void whatIsClaimedIsNotLost() throws Exception {
        crons.run(crons.make("@yearly", "UTC"));
        crons.database.execute(CLAIM);

        assertThat(repair()).isZero();

        assertThat(crons.database.number("select count(*) from qrtz_triggers")).isZero();
    }

    /** Seen in neither place by who looks into one after the other. */
    @Test
    void whatIsPutBackWhileSomebodyLooksIsNotLost() throws Exception {
        crons.run(crons.make("@yearly", "UTC"));
        crons.database.execute("create table put_back as table qrtz_triggers");
        crons.database.execute(CLAIM);

        assertThat(whileHeld(
                        "lock table qrtz_fired_one_shots in access exclusive mode",
                        "delete from qrtz_fired_one_shots; insert into qrtz_triggers table put_back"))
                .isZero();

        assertThat(crons.database.number("select count(*) from qrtz_triggers")).isOne();
    }

    @Test
    void whatEndsWhileItIsMendedNeedsNothingThatSendsIt() throws Exception {
        crons.run(crons.make("@yearly", "UTC"));
        crons.database.execute("delete from qrtz_triggers");

        assertThat(whileHeld(
                        "update jobs set status = 'cancelled', final_status = 'cancelled',"
                                + " concluded_at = clock_timestamp()",
                        "select 1"))
                .isZero();

        assertThat(crons.database.number("select count(*) from qrtz_triggers")).isZero();
    }

    @Test
    void whatIsToJudgeAPingAndIsLostIsMadeAgainForTheEndOfTheGrace() throws Exception {
        long id = crons.makeHeartbeat("@yearly", 90).id();
        crons.setNextFire(id, "date_trunc('milliseconds', clock_timestamp())");
        crons.fire();
        String judging =
                "select concat_ws(' ', trigger_group, trigger_name, job_name, next_fire_time) from qrtz_triggers";
        String before = crons.database.text(judging);
        assertThat(before)
                .isEqualTo(crons.database.text("select concat_ws(' ', 'h' || queue_id, 'h' || id, 'heartbeat',"
                        + " floor(extract(epoch from due_at) * 1000)::bigint + 90000) from jobs"));
        assertThat(repair()).isZero();
        crons.database.execute("delete from qrtz_triggers");

        assertThat(repair()).isOne();

        assertThat(crons.database.text(judging)).isEqualTo(before);
        assertThat(repair()).isZero();
    }

    @Test
    void aRemovedCronIsToFireNoMore() throws Exception {
        crons.make("@yearly", "UTC");
        crons.database.execute("update crons set removed_at = clock_timestamp(), next_fire_at = null");

        assertThat(repair()).isZero();

        assertThat(crons.database.number("select count(next_fire_at) from crons"))
                .isZero();
    }

    private int repair() throws SQLException {
        return crons.recurring.repair().run();
    }

    /** Repairs; while that waits for what the first statement has locked, does the second one and commits both. */
    private int whileHeld(String hold, String then) throws Exception {
        try (Connection other = crons.database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(hold);
            CompletableFuture<Integer> repairing = CompletableFuture.supplyAsync(() -> {
                try {
                    return repair();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().atMost(Duration.ofSeconds(9))
                    .until(() -> crons.database.number("select count(*) from pg_stat_activity"
                                    + " where datname = current_database() and wait_event_type = 'Lock'")
                            == 1);
            statement.execute(then);
            other.commit();
            return repairing.join();
        }
    }
}
