package dev.posthaste.quartz;

import static org.awaitility.Awaitility.await;
import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;

import dev.posthaste.oneshots.Shots;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;

/** Nodes of plain Quartz on the store: a cluster of their own, and beside nodes that fire one-shots. */
class PlainClusterIT {
    private static final List<String> FIRED = new CopyOnWriteArrayList<>();
    private static final Semaphore MAY_END = new Semaphore(0);

    private final TestCluster cluster = new TestCluster();
    private final List<Scheduler> schedulers = new ArrayList<>();

    @BeforeEach
    void forget() {
        FIRED.clear();
        MAY_END.drainPermits();
    }

    @AfterEach
    void stop() throws SchedulerException {
        MAY_END.release(1_000);
        for (Scheduler scheduler : schedulers) {
            scheduler.shutdown(true);
        }
        cluster.close();
    }

    @Test
    void whatADeadNodeWasDoingIsRecoveredAndItsNextFiringsGoOn() throws Exception {
        Scheduler dying = scheduler("plain", "dying");
        dying.scheduleJob(
                newJob(Recovered.class)
                        .withIdentity("recovered")
                        .requestRecovery()
                        .build(),
                newTrigger().withIdentity("once").build());
        dying.scheduleJob(
                newJob(Alone.class).withIdentity("alone").build(),
                newTrigger()
                        .withIdentity("often")
                        .withSchedule(
                                simpleSchedule().withIntervalInMilliseconds(200).repeatForever())
                        .build());
        dying.start();
        await().until(() -> FIRED.size() == 2);
        dying.shutdown(false);

        scheduler("plain", "heir").start();

        await().atMost(Duration.ofSeconds(30)).until(() -> FIRED.contains("recovered again"));
        MAY_END.release(1_000);
        await().until(() -> FIRED.stream().filter("alone"::equals).count() >= 3);
    }

    @Test
    void nodesOfANewNameMayStartTogether() throws Exception {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Scheduler scheduler = scheduler("never seen before", "node" + i);
            String name = "job" + i;
            starts.add(CompletableFuture.runAsync(() -> startWith(scheduler, name)));
        }
        MAY_END.release(1_000);

        starts.forEach(CompletableFuture::join);

        await().atMost(Duration.ofSeconds(30)).until(() -> FIRED.size() == 4);
    }

    @Test
    void theOneShotsOfADeadNodeAreLeftToThoseWhoFireThem() throws Exception {
        leftByADeadNode("j1");
        scheduler("posthaste", "plain").start();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        cluster.number("select count(*) from qrtz_scheduler_state where instance_name = 'dead'") == 0);

        TestNode node = cluster.node();

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().names().equals(List.of("j1")));
        await().until(() -> cluster.rows() == 0);
    }

    @Test
    void oneShotsInFlightAreNoneOfTheBusinessOfASchedulerThatIsNotClustered() throws Exception {
        leftByADeadNode("j1");
        Scheduler single =
                PlainQuartz.scheduler(cluster.database(), "posthaste", "plain", Map.of("isClustered", "false"));
        schedulers.add(single);

        single.start();

        TestNode node = cluster.node();
        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().names().equals(List.of("j1")));
        await().until(() -> cluster.rows() == 0);
    }

    private Scheduler scheduler(String name, String instance) throws SchedulerException {
        Scheduler scheduler = PlainQuartz.scheduler(cluster.database(), name, instance);
        schedulers.add(scheduler);
        return scheduler;
    }

    private static void startWith(Scheduler scheduler, String job) {
        try {
            scheduler.scheduleJob(
                    newJob(Alone.class).withIdentity(job).build(),
                    newTrigger().withIdentity(job).build());
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    private void leftByADeadNode(String name) throws SQLException, SchedulerException {
        TestNode node = cluster.node(firing -> MAY_END.acquire());
        node.store(List.of(Shots.due("q1", name)));
        await().until(() -> node.port().count() == 1);
        node.stop(Duration.ZERO);
        cluster.database().execute("update qrtz_fired_one_shots set instance_name = 'dead'");
        cluster.database().execute("insert into qrtz_scheduler_state values ('posthaste', 'dead', 1, 1000)");
    }

    /** Asks to be recovered. */
    public static final class Recovered implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            FIRED.add(context.isRecovering() ? "recovered again" : "recovered");
            waitUntilItMayEnd();
        }
    }

    /** Must not meet itself. */
    @DisallowConcurrentExecution
    public static final class Alone implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            FIRED.add("alone");
            waitUntilItMayEnd();
        }
    }

    private static void waitUntilItMayEnd() throws JobExecutionException {
        try {
            MAY_END.acquire();
        } catch (InterruptedException e) {
            throw new JobExecutionException(e);
        }
    }
}
