package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.FreshPlans;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is due is fired once, whoever looks and whatever dies. */
class CronFiringIT {
    private static final long TEAM = 1;
    private static final String EVERY_MINUTE = "* * * * *";
    private static final String YEARLY = "0 0 1 1 *";

    private final TestDatabase database = TestDatabase.fresh();
    private final Jdbi jdbi = Jdbi.create(new FreshPlans(database.dataSource()));
    private final OneShots oneShots = new OneShots("posthaste");
    private final CronDao dao = new CronDao();
    private final AtomicLong nanos = new AtomicLong();
    private final FireCrons fires = new FireCrons(
            dao,
            new ExecutionDao(),
            new ExecutionWriter(new JobDao(), new ExecutionDao(), new QueueCountDao(), oneShots));
    private final CronFirer firer = firer();
    private final RecurringJobs recurring = new RecurringJobs(jdbi, oneShots);

    /** Who would wait for somebody's lock for ever fails. */
    @BeforeEach
    void waitForNobodyLong() throws SQLException {
        database.execute("alter database " + database.name() + " set lock_timeout = '10s'");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsNotDueIsNotFired() throws Exception {
        cron(YEARLY, Overlap.ALLOW, null);

        long pause = firer.fireAll();

        assertThat(executions("true")).isZero();
        assertThat(pause).isEqualTo(1_000);
    }

    @Test
    void aFireMakesOneExecutionWithItsOneShotAndTheNextFireWaits() throws Exception {
        long id = dueCron(Overlap.ALLOW);

        firer.fireAll();
        firer.fireAll();

        assertThat(executions("status = 'pending' and cron_trigger = 'schedule' and team_id is null"))
                .isOne();
        assertThat(database.number("""
                select count(*) from jobs j join qrtz_triggers t
                    on t.trigger_name = 'j' || j.id and t.next_fire_time = extract(epoch from j.due_at) * 1000
                 where t.trigger_group = 'q-1' and j.due_at <= clock_timestamp()
                """)).isOne();
        assertThat(database.number("select count(*) from crons where next_fire_at > clock_timestamp() and id = " + id))
                .isOne();
    }

    @Test
    void nothingIsFiredBeforeItsTime() throws Exception {
        long id = cron(YEARLY, Overlap.ALLOW, null);
        due(id, "clock_timestamp()");
        database.execute("insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,"
                + " success_assertions, overlap, alert_threshold, next_fire_at)"
                + " select team_id, name, request_id, weight, cron_expression, timezone, is_active, success_assertions,"
                + " overlap, alert_threshold, date_trunc('milliseconds', clock_timestamp()) + n * interval '20 ms'"
                + " from crons, generate_series(1, 1000) n");

        firer.fireAll();

        assertThat(executions("true")).isPositive();
        assertThat(executions("created_at < due_at")).isZero();
    }

    @Test
    void whatWasMissedForAnHourIsOneExecutionScheduledAtTheLastFire() throws Exception {
        long id = cron(EVERY_MINUTE, Overlap.ALLOW, null);
        due(id, "date_trunc('minute', clock_timestamp()) - interval '1 hour'");

        firer.fireAll();

        assertThat(executions("true")).isOne();
        assertThat(executions(
                        "due_at > clock_timestamp() - interval '61 seconds' and due_at = date_trunc('minute', due_at)"))
                .isOne();
    }

    @Test
    void manyFirersAtOnceFireEachOnce() throws Exception {
        for (int i = 0; i < 40; i++) {
            dueCron(Overlap.ALLOW);
        }
        database.execute("insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,"
                + " success_assertions, overlap, alert_threshold, next_fire_at)"
                + " select team_id, name, request_id, weight, cron_expression, timezone, is_active, success_assertions,"
                + " overlap, alert_threshold, next_fire_at from crons, generate_series(1, 49)");

        List<CompletableFuture<Void>> firing = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        firer().fireAll();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        firing.forEach(CompletableFuture::join);
        firer.fireAll();

        assertThat(executions("true")).isEqualTo(2_000);
        assertThat(database.number("select count(distinct cron_id) from jobs")).isEqualTo(2_000);
    }

    @Test
    void whatAFirerHoldsWhenItDiesTheNextOneFiresOnce() throws Exception {
        dueCron(Overlap.ALLOW);
        try (Connection dying = database.dataSource().getConnection()) {
            dying.setAutoCommit(false);
            assertThat(fires.fire(dying, 10, List.of()).taken()).isOne();
            firer.fireAll();
            assertThat(executions("true")).as("held by the other").isZero();
            database.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where datname = current_database() and state = 'idle in transaction'");
            assertThatThrownBy(dying::commit).isInstanceOf(SQLException.class);
        }

        firer.fireAll();

        assertThat(executions("true")).isOne();
    }

    @Test
    void aFireThatWouldOverlapIsSkippedAndSaysForWhichExecution() throws Exception {
        long id = dueCron(Overlap.SKIP);
        firer.fireAll();
        due(id, "clock_timestamp() - interval '1 second'");

        firer.fireAll();

        assertThat(executions("status = 'skipped' and skipped_for = (select min(id) from jobs)"))
                .isOne();
        assertThat(database.number("select count(*) from qrtz_triggers")).isOne();
        assertThat(recurring.crons().run(TEAM, id, Actor.COMMAND_LINE)).isPresent();
        assertThat(executions("status = 'pending' and cron_trigger = 'run_now'"))
                .isOne();
    }

    @Test
    void aRetryThatWaitsIsAnOverlapAndAnEndIsNone() throws Exception {
        long id = dueCron(Overlap.SKIP);
        firer.fireAll();
        database.execute("update jobs set status = 'failed', final_status = 'retrying'");
        due(id, "clock_timestamp() - interval '1 second'");
        firer.fireAll();
        assertThat(executions("status = 'skipped'")).isOne();

        database.execute("update jobs set final_status = 'dead_lettered' where status = 'failed'");
        due(id, "clock_timestamp() - interval '1 second'");
        firer.fireAll();

        assertThat(executions("status = 'skipped'")).isOne();
        assertThat(executions("status = 'pending'")).isOne();
    }

    @Test
    void whatIsAllowedToOverlapIsSent() throws Exception {
        long id = dueCron(Overlap.ALLOW);
        firer.fireAll();
        due(id, "clock_timestamp() - interval '1 second'");

        firer.fireAll();

        assertThat(executions("status = 'pending'")).isEqualTo(2);
    }

    @Test
    void aCronThatThisJavaCannotReadStaysDueAndOthersGoOn() throws Exception {
        long unreadable = dueCron(Overlap.ALLOW);
        database.execute("update crons set timezone = 'Europe/Atlantis'");
        due(unreadable, "clock_timestamp() - interval '1 day'");
        dueCron(Overlap.ALLOW);

        firer.fireAll();
        assertThat(executions("true")).isOne();
        assertThat(database.number("select count(*) from crons where next_fire_at < clock_timestamp()"))
                .isOne();
        database.execute("update crons set timezone = 'UTC'");
        firer.fireAll();
        assertThat(executions("true")).as("left for a while").isOne();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        firer.fireAll();

        assertThat(executions("cron_id = " + unreadable)).isOne();
    }

    @Test
    void whatWasDueBeforeTheTimesWereChangedIsFiredAndTheNewTimesHold() throws Exception {
        long id = dueCron(Overlap.ALLOW);

        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> settings("@daily", Overlap.ALLOW, null, "POST"),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);
        firer.fireAll();

        assertThat(executions("due_at <= clock_timestamp()")).isOne();
        assertThat(database.number("select count(*) from crons"
                        + " where next_fire_at between clock_timestamp() and clock_timestamp() + interval '1 day'"))
                .isOne();
    }

    @Test
    void aFireThatIsDueIsKeptByAChangeOfSomethingElse() throws Exception {
        long id = dueCron(Overlap.ALLOW);

        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> settings(YEARLY, Overlap.ALLOW, null, "PUT"),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);
        assertThat(executions("true")).isZero();
        firer.fireAll();

        assertThat(executions("cron_trigger = 'schedule'")).isOne();
    }

    @Test
    void noActiveCronCanBeWithoutItsFireAndNoOtherHasOne() throws Exception {
        long id = cron(YEARLY, Overlap.ALLOW, null);

        assertThatThrownBy(() -> database.execute("update crons set next_fire_at = null where id = " + id))
                .hasMessageContaining("check constraint");
        assertThatThrownBy(() -> database.execute("update crons set is_active = false where id = " + id))
                .hasMessageContaining("check constraint");
    }

    @Test
    void whatCannotBeIsFoundMendedCountedAndNothingElseIsTouched() throws Exception {
        database.execute("alter table crons drop constraint crons_check");
        long without = cron(EVERY_MINUTE, Overlap.ALLOW, null);
        database.execute("update crons set next_fire_at = null where id = " + without);
        long far = cron(EVERY_MINUTE, Overlap.ALLOW, null);
        due(far, "clock_timestamp() + interval '1 year'");
        long paused = cron(EVERY_MINUTE, Overlap.ALLOW, null);
        database.execute("update crons set is_active = false where id = " + paused);
        long well = cron(YEARLY, Overlap.ALLOW, null);
        long due = cron(YEARLY, Overlap.ALLOW, null);
        due(due, "clock_timestamp() - interval '1 day'");
        String others = "select string_agg(next_fire_at::text, ',' order by id) from crons where id in (" + well + ", "
                + due + ")";
        String before = database.text(others);

        assertThat(recurring.repair().run()).isEqualTo(3);

        String soon = " and next_fire_at between clock_timestamp() and clock_timestamp() + interval '1 minute'";
        assertThat(database.number("select count(*) from crons where id in (" + without + ", " + far + ")" + soon))
                .isEqualTo(2);
        assertThat(database.number("select count(next_fire_at) from crons where id = " + paused))
                .isZero();
        assertThat(database.text(others)).isEqualTo(before);
        assertThat(recurring.repair().run()).isZero();
        assertThat(recurring.repair().mended()).isEqualTo(3);
    }

    @Test
    void anExecutionThatHasLostItsOneShotGetsAnother() throws Exception {
        long id = dueCron(Overlap.SKIP);
        firer.fireAll();
        long retried = dueCron(Overlap.ALLOW);
        firer.fireAll();
        database.execute("update jobs set status = 'failed', final_status = 'retrying' where cron_id = " + retried);
        database.execute("insert into jobs (id, queue_id, request_id, original_job_id, attempt_number, priority,"
                + " created_at, due_at, cron_id, status) select nextval('jobs_id_seq'), queue_id, request_id, id, 2, 5,"
                + " created_at, due_at + interval '1 hour', cron_id, 'pending' from jobs where cron_id = " + retried);
        dueCron(Overlap.ALLOW);
        firer.fireAll();
        database.execute("update jobs set status = 'completed', final_status = 'success' where id ="
                + " (select max(id) from jobs)");
        database.execute("delete from qrtz_triggers");

        assertThat(recurring.repair().run()).isEqualTo(2);

        assertThat(database.number("select count(*) from qrtz_triggers t join jobs j on t.trigger_name = 'j' || j.id"
                        + " where t.next_fire_time = floor(extract(epoch from j.due_at) * 1000)"
                        + " and j.status = 'pending'"))
                .isEqualTo(2);
        assertThat(recurring.repair().run()).isZero();
        assertThat(executions("cron_id = " + id)).isOne();
    }

    @Test
    void aPausedCronIsNotFiredAndAResumedOneMakesUpForNothing() throws Exception {
        long id = cron(EVERY_MINUTE, Overlap.ALLOW, null);
        change(id, false);
        database.execute("update crons set created_at = created_at - interval '1 day'");
        firer.fireAll();
        change(id, true);

        firer.fireAll();

        assertThat(executions("true")).isZero();
        assertThat(database.number("select count(*) from crons where next_fire_at > clock_timestamp()"))
                .isOne();
    }

    @Test
    void anExecutionWaitsInTheGroupOfItsCronsQueueAndIsCountedThere() throws Exception {
        long id = cron(EVERY_MINUTE, Overlap.ALLOW, "limited");
        due(id, "clock_timestamp()");

        firer.fireAll();

        long queue = database.number("select id from queues where name = 'limited'");
        assertThat(database.number("select count(*) from qrtz_triggers where trigger_group = 'q" + queue + "'"))
                .isOne();
        assertThat(database.number("select sum(pending) from queue_counts where queue_id = " + queue))
                .isOne();
        recurring.crons().remove(TEAM, id, Actor.COMMAND_LINE);
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(database.number("select sum(pending) from queue_counts where queue_id = " + queue))
                .isZero();
    }

    @Test
    void aRemovedCronTakesItsExecutionsAndAllItsRequestsAlong() throws Exception {
        long id = dueCron(Overlap.ALLOW);
        firer.fireAll();
        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> settings("@daily", Overlap.SKIP, null, "PUT"),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);
        assertThat(database.number("select count(*) from requests")).isEqualTo(2);

        recurring.crons().remove(TEAM, id, Actor.COMMAND_LINE);

        assertThat(database.number("select count(*) from jobs")).isZero();
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(database.number("select count(*) from requests")).isZero();
        assertThat(database.number("select count(*) from replaced_requests")).isZero();
        assertThat(database.number("select count(*) from crons")).isZero();
    }

    /** Its rows go in pieces, the last of them with retention. */
    @Test
    void whatARemovedCronHasPendingIsNotSentThoughItsRowsAreStillThere() throws Exception {
        long id = dueCron(Overlap.ALLOW);
        firer.fireAll();
        List<Long> execution = List.of(database.number("select id from jobs where cron_id = " + id));
        assertThat(due(execution)).containsOnlyKeys(execution);

        database.execute("update crons set removed_at = clock_timestamp(), next_fire_at = null");

        assertThat(due(execution)).isEmpty();
    }

    private Map<Long, DueJob> due(List<Long> jobs) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new DueJobDao().load(connection, jobs);
        }
    }

    @Test
    void aReplacedRequestStaysAsLongAsAnExecutionShowsIt() throws Exception {
        long id = dueCron(Overlap.ALLOW);
        firer.fireAll();
        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> settings(EVERY_MINUTE, Overlap.ALLOW, null, "PUT"),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);

        assertThat(replacedRequests()).isZero();
        assertThat(database.number("select count(*) from requests")).isEqualTo(2);
        database.execute("delete from jobs");
        assertThat(replacedRequests()).isOne();
        assertThat(database.text("select method from requests")).isEqualTo("PUT");
    }

    @Test
    void whatWaitsInOneQueueIsTakenAwayInPieces() throws Exception {
        long id = dueCron(Overlap.ALLOW);
        for (int i = 0; i < 5; i++) {
            recurring.crons().run(TEAM, id, Actor.COMMAND_LINE);
        }
        database.execute("update crons set removed_at = clock_timestamp(), next_fire_at = null");

        assertThat(removeSome(id, 2)).isEqualTo(2);
        assertThat(executions("true")).isEqualTo(3);
        assertThat(removeSome(id, 3)).isEqualTo(3);
        assertThat(removeSome(id, 3)).isZero();

        assertThat(database.number("select count(*) from crons")).isZero();
        assertThat(database.number("select count(*) from requests")).isZero();
        assertThat(removeSome(id, 3)).isZero();
    }

    @Test
    void whatWaitsGoesFirstWithARemovedCron() throws Exception {
        long id = cron(EVERY_MINUTE, Overlap.ALLOW, "counted");
        for (int i = 0; i < 4; i++) {
            recurring.crons().run(TEAM, id, Actor.COMMAND_LINE);
        }
        database.execute("update jobs set status = 'completed', final_status = 'success'"
                + " where id < (select max(id) from jobs)");
        database.execute("delete from qrtz_triggers where trigger_name <> 'j' || (select max(id) from jobs)");
        database.execute("update queue_counts set pending = 0");
        database.execute("update queue_counts set pending = 1 where ctid = (select min(ctid) from queue_counts)");
        database.execute("update crons set removed_at = clock_timestamp(), next_fire_at = null");

        assertThat(removeSome(id, 1)).isOne();

        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(database.number("select sum(pending) from queue_counts")).isZero();
        assertThat(executions("status = 'completed'")).isEqualTo(3);
    }

    @Test
    void aPageOfAListLooksAtABoundedNumberOfCronsAndGoesOn() throws Exception {
        long wanted = cron(YEARLY, Overlap.ALLOW, null);
        database.execute("update crons set name = 'wanted'");
        long first = cron(YEARLY, Overlap.ALLOW, null);
        database.execute("insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,"
                + " success_assertions, overlap, alert_threshold, next_fire_at)"
                + " select team_id, name, request_id, weight, cron_expression, timezone, is_active, success_assertions,"
                + " overlap, alert_threshold, next_fire_at from crons, generate_series(1, 2100) where id = " + first);
        CronFilter filter = new CronFilter(null, "WANT", null, null);

        CronPage page = recurring.reader().list(TEAM, filter, Long.MAX_VALUE, 10);
        assertThat(page.crons()).isEmpty();
        CronPage next = recurring.reader().list(TEAM, filter, Objects.requireNonNull(page.nextBefore()), 10);
        assertThat(next.crons()).singleElement().extracting(Cron::id).isEqualTo(wanted);
        assertThat(next.nextBefore()).isNull();
        CronPage all = recurring.reader().list(TEAM, new CronFilter(null, null, null, null), Long.MAX_VALUE, 10);
        assertThat(all.crons()).hasSize(10);
    }

    private int removeSome(long id, int max) throws SQLException {
        return jdbi.inTransaction(handle -> recurring.removal().some(handle.getConnection(), id, max));
    }

    private int replacedRequests() throws SQLException {
        return jdbi.inTransaction(handle -> recurring.removal().replacedRequests(handle.getConnection()));
    }

    private void change(long id, boolean isActive) throws SQLException {
        recurring
                .crons()
                .change(
                        TEAM,
                        id,
                        before -> before.settings().withActive(isActive),
                        Actor.COMMAND_LINE,
                        AuditAction.CRON_CHANGE);
    }

    /** Who asked had a token when he asked; nobody could stop it any more. */
    @Test
    void nobodyMakesACronForATeamThatIsGone() throws SQLException {
        database.execute("update teams set removed_at = now()");

        assertThat(recurring.crons().create(TEAM, settings(YEARLY, Overlap.ALLOW, "new", "POST"), Actor.COMMAND_LINE))
                .isEmpty();
        assertThat(database.number("select count(*) from crons")).isZero();
    }

    private CronFirer firer() {
        return new CronFirer(jdbi, dao, fires, oneShots, nanos::get);
    }

    private long dueCron(Overlap overlap) throws SQLException {
        long id = cron(YEARLY, overlap, null);
        due(id, "date_trunc('milliseconds', clock_timestamp())");
        return id;
    }

    private long cron(String expression, Overlap overlap, @Nullable String queue) throws SQLException {
        return recurring
                .crons()
                .create(TEAM, settings(expression, overlap, queue, "POST"), Actor.COMMAND_LINE)
                .orElseThrow()
                .id();
    }

    private static CronSettings settings(String expression, Overlap overlap, @Nullable String queue, String method) {
        TargetRequest request =
                new TargetRequest(method, "http://127.0.0.1/", Map.of(), null, null, 30, List.of(), Redaction.NONE);
        return new CronSettings("a", request, new Timing(expression, "UTC"), true, "[]", overlap, queue, 1, null);
    }

    private void due(long id, String at) throws SQLException {
        database.execute("update crons set next_fire_at = " + at + " where id = " + id);
    }

    private long executions(String condition) throws SQLException {
        return database.number("select count(*) from jobs where cron_id is not null and " + condition);
    }
}
