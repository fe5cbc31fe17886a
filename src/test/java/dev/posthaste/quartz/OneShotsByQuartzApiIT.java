package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.quartz.TriggerBuilder.newTrigger;

import dev.posthaste.oneshots.Gate;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.Shots;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;

/** Whatever Quartz's own API is asked to do with one-shots, none is lost and none fires twice. */
@SuppressWarnings("JavaUtilDate") // Quartz speaks in it
class OneShotsByQuartzApiIT {
    private static final TriggerKey KEY = TriggerKey.triggerKey("j1", "q1");
    private static final JobKey WORK = JobKey.jobKey(TestNode.KIND, OneShotTrigger.JOB_GROUP);

    private final TestCluster cluster = new TestCluster();
    private final Semaphore mayEnd = new Semaphore(0);
    private TestNode node;
    private Scheduler scheduler;

    /** The ways in which Quartz pauses and resumes. */
    enum Scope {
        TRIGGER,
        GROUP,
        GROUPS,
        JOB,
        ALL;

        void pause(Scheduler scheduler) throws SchedulerException {
            switch (this) {
                case TRIGGER -> scheduler.pauseTrigger(KEY);
                case GROUP -> scheduler.pauseTriggers(GroupMatcher.triggerGroupEquals(KEY.getGroup()));
                case GROUPS -> scheduler.pauseTriggers(GroupMatcher.triggerGroupStartsWith("q"));
                case JOB -> scheduler.pauseJob(WORK);
                case ALL -> scheduler.pauseAll();
            }
        }

        void resume(Scheduler scheduler) throws SchedulerException {
            switch (this) {
                case TRIGGER -> scheduler.resumeTrigger(KEY);
                case GROUP -> scheduler.resumeTriggers(GroupMatcher.triggerGroupEquals(KEY.getGroup()));
                case GROUPS -> scheduler.resumeTriggers(GroupMatcher.triggerGroupStartsWith("q"));
                case JOB -> scheduler.resumeJob(WORK);
                case ALL -> scheduler.resumeAll();
            }
        }
    }

    @BeforeEach
    void start() throws SchedulerException {
        node = cluster.node(firing -> mayEnd.acquire());
        scheduler = PlainQuartz.scheduler(cluster.database(), "posthaste", "plain");
        scheduler.start();
    }

    @AfterEach
    void stop() throws SchedulerException {
        mayEnd.release(1_000);
        scheduler.shutdown(true);
        cluster.close();
    }

    @Test
    void aWaitingOneShotIsShown() throws Exception {
        OneShot shot = Shots.in(Duration.ofHours(1), "q1", "j1");
        node.store(List.of(shot));

        Trigger shown = scheduler.getTrigger(KEY);

        assertThat(shown.getNextFireTime().toInstant().toEpochMilli())
                .isEqualTo(shot.due().toEpochMilli());
        assertThat(scheduler.checkExists(KEY)).isTrue();
        assertThat(scheduler.getTriggerState(KEY)).isEqualTo(TriggerState.NORMAL);
        assertThat(scheduler.getTriggersOfJob(WORK)).extracting(Trigger::getKey).isEqualTo(List.of(KEY));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPausedFiresOnceItIsResumedHoweverLongThatTakes(Scope scope) throws Exception {
        storedLongAgoBehindAGate();
        scope.pause(scheduler);
        openGate();
        node.store(List.of(Shots.due("later", "j2")));
        await().until(() -> node.port().names().contains("j2"));
        assertThat(scheduler.getTriggerState(KEY)).isEqualTo(TriggerState.PAUSED);

        scope.resume(scheduler);

        firesOnce();
    }

    @ParameterizedTest
    @EnumSource
    void resumingWhatIsNotPausedChangesNothing(Scope scope) throws Exception {
        storedLongAgoBehindAGate();

        scope.resume(scheduler);

        openGate();
        firesOnce();
    }

    @ParameterizedTest
    @EnumSource
    void pausingAndResumingWhatIsInFlightChangesNothing(Scope scope) throws Exception {
        storedLongAgoBehindAGate();
        openGate();
        await().until(() -> node.port().count() == 1);

        scope.pause(scheduler);
        scope.resume(scheduler);

        firesOnce();
    }

    @Test
    void unschedulingDoesNotTakeAOneShotAway() throws Exception {
        storedLongAgoBehindAGate();

        assertThat(scheduler.unscheduleJob(KEY)).isFalse();

        openGate();
        firesOnce();
    }

    @Test
    void theJobOfAKindCannotBeDeletedWhileOneShotsWait() throws Exception {
        storedLongAgoBehindAGate();

        assertThatThrownBy(() -> scheduler.deleteJob(WORK)).isInstanceOf(SchedulerException.class);
        scheduler.deleteJobs(List.of(WORK));

        openGate();
        firesOnce();
    }

    @Test
    void aOneShotIsRescheduledUnderItsKey() throws Exception {
        node.store(List.of(Shots.in(Duration.ofHours(1), "q1", "j1")));

        assertThat(scheduler.rescheduleJob(
                        KEY, newTrigger().withIdentity(KEY).forJob(WORK).build()))
                .isNotNull();

        firesOnce();
    }

    @Test
    void aOneShotIsReplacedByNothingElse() throws Exception {
        storedLongAgoBehindAGate();

        assertThatThrownBy(() -> scheduler.rescheduleJob(
                        KEY, newTrigger().withIdentity("other").forJob(WORK).build()))
                .isInstanceOf(SchedulerException.class);

        openGate();
        firesOnce();
    }

    @Test
    void reschedulingWhatIsInFlightFindsNothing() throws Exception {
        storedLongAgoBehindAGate();
        openGate();
        await().until(() -> node.port().count() == 1);

        assertThat(scheduler.rescheduleJob(
                        KEY, newTrigger().withIdentity(KEY).forJob(WORK).build()))
                .isNull();

        firesOnce();
    }

    private void storedLongAgoBehindAGate() throws SQLException {
        node.inTransaction(connection -> {
            node.oneShots().setGate(connection, "q1", new Gate(true, null, null));
            return true;
        });
        node.oneShots().gateCommitted("q1");
        node.store(List.of(Shots.in(Duration.ofMinutes(-10), "q1", "j1")));
    }

    private void openGate() throws SQLException {
        node.inTransaction(connection -> {
            node.oneShots().setGate(connection, "q1", Gate.OPEN);
            return true;
        });
        node.oneShots().gateCommitted("q1");
    }

    private void firesOnce() {
        mayEnd.release(1_000);
        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().names().contains("j1") && cluster.rows() == 0);
        assertThat(node.port().firedOf("q1")).hasSize(1);
    }
}
