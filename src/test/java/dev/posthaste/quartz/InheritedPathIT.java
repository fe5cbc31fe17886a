package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.quartz.CalendarIntervalScheduleBuilder.calendarIntervalSchedule;
import static org.quartz.CronScheduleBuilder.cronSchedule;
import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.InterruptableJob;
import org.quartz.Job;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.JobKey;
import org.quartz.PersistJobDataAfterExecution;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.calendar.DailyCalendar;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.listeners.JobListenerSupport;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** What is scheduled through Quartz's own API goes as Quartz does it. */
@SuppressWarnings("JavaUtilDate") // Quartz speaks in it
class InheritedPathIT {
    private static final Map<String, List<String>> FIRED = new ConcurrentHashMap<>();
    private static final AtomicInteger RUNNING = new AtomicInteger();
    private static final AtomicInteger MAX_RUNNING = new AtomicInteger();
    private static final Semaphore NEVER = new Semaphore(0);

    private final TestDatabase database = TestDatabase.fresh();
    private Scheduler scheduler;

    @BeforeEach
    void start() throws SchedulerException {
        FIRED.clear();
        MAX_RUNNING.set(0);
        scheduler = scheduler(4);
    }

    @AfterEach
    void stop() throws SchedulerException {
        scheduler.shutdown(true);
        database.close();
    }

    @Test
    void aSimpleTriggerFiresAsOftenAsItSaysAndGoes() throws SchedulerException, SQLException {
        scheduler.scheduleJob(
                job(Recording.class, "j", false),
                newTrigger()
                        .withIdentity("t")
                        .withSchedule(
                                simpleSchedule().withIntervalInMilliseconds(200).withRepeatCount(3))
                        .build());
        scheduler.start();

        await().until(() -> fired("j").size() == 4);
        await().until(() -> database.number("select count(*) from qrtz_triggers") == 0);
        await().until(() -> database.number("select count(*) from qrtz_simple_triggers") == 0);
        await().until(() -> database.number("select count(*) from qrtz_fired_triggers") == 0);
        assertThat(scheduler.checkExists(JobKey.jobKey("j"))).isFalse();
    }

    @Test
    void aDurableJobStaysWithoutATrigger() throws SchedulerException {
        scheduler.addJob(job(Recording.class, "durable", true), true);
        scheduler.start();

        scheduler.triggerJob(JobKey.jobKey("durable"));

        await().until(() -> fired("durable").size() == 1);
        assertThat(scheduler.checkExists(JobKey.jobKey("durable"))).isTrue();
    }

    @Test
    void cronAndCalendarIntervalTriggersFire() throws SchedulerException {
        scheduler.scheduleJob(
                job(Recording.class, "cron", false),
                newTrigger().withSchedule(cronSchedule("* * * * * ?")).build());
        scheduler.scheduleJob(
                job(Recording.class, "interval", false),
                newTrigger()
                        .withSchedule(calendarIntervalSchedule().withIntervalInSeconds(1))
                        .build());
        scheduler.start();

        await().until(() -> fired("cron").size() >= 2 && fired("interval").size() >= 2);
    }

    @Test
    void aCalendarExcludesWhatItExcludes() throws Exception {
        Instant now = Instant.now();
        DailyCalendar excluded = new DailyCalendar(0L, 24L * 3_600_000 - 1);
        excluded.setInvertTimeRange(true);
        scheduler.addCalendar("never-excluded", excluded, true, true);
        Date next = scheduler.scheduleJob(
                job(Recording.class, "calendar", false),
                newTrigger()
                        .withIdentity("calendar")
                        .modifiedByCalendar("never-excluded")
                        .withSchedule(simpleSchedule().repeatForever().withIntervalInSeconds(1))
                        .build());

        scheduler.start();

        assertThat(next.toInstant()).isAfter(now.minusSeconds(1));
        await().until(() -> !fired("calendar").isEmpty());
        assertThat(scheduler.getCalendarNames()).containsExactly("never-excluded");
    }

    @Test
    void theHigherPriorityGoesFirst() throws SchedulerException {
        scheduler.shutdown(true);
        scheduler = scheduler(1);
        Date at = new Date(System.currentTimeMillis() + 500);
        JobDetail job = job(Recording.class, "p", true);
        scheduler.addJob(job, true);
        for (int priority : List.of(3, 9, 6)) {
            scheduler.scheduleJob(newTrigger()
                    .withIdentity("p" + priority)
                    .withPriority(priority)
                    .forJob(job)
                    .startAt(at)
                    .build());
        }
        scheduler.start();

        await().until(() -> fired("p").size() == 3);
        assertThat(fired("p")).containsExactly("p9", "p6", "p3");
    }

    @Test
    void whatIsPausedFiresOnceItIsResumed() throws SchedulerException {
        scheduler.scheduleJob(job(Recording.class, "one", false), once("one", "g1"));
        scheduler.scheduleJob(job(Recording.class, "two", false), once("two", "g2"));
        scheduler.scheduleJob(job(Recording.class, "three", false), once("three", "g3"));
        scheduler.pauseTrigger(TriggerKey.triggerKey("one", "g1"));
        scheduler.pauseTriggers(GroupMatcher.triggerGroupEquals("g2"));
        scheduler.start();

        await().until(() -> fired("three").size() == 1);
        assertThat(scheduler.getTriggerState(TriggerKey.triggerKey("one", "g1")))
                .isEqualTo(Trigger.TriggerState.PAUSED);
        assertThat(scheduler.getPausedTriggerGroups()).contains("g2");
        assertThat(fired("one")).isEmpty();
        assertThat(fired("two")).isEmpty();

        scheduler.resumeAll();

        await().until(() -> fired("one").size() == 1 && fired("two").size() == 1);
    }

    @Test
    void aJobThatDisallowsConcurrencyRunsOnceAtATime() throws SchedulerException {
        JobDetail job = job(Alone.class, "alone", true);
        scheduler.addJob(job, true);
        for (int i = 0; i < 8; i++) {
            scheduler.scheduleJob(newTrigger().forJob(job).startNow().build());
        }
        scheduler.start();

        await().until(() -> fired("alone").size() == 8);
        assertThat(MAX_RUNNING.get()).isEqualTo(1);
    }

    @Test
    void jobDataIsKeptFromOneExecutionToTheNext() throws SchedulerException {
        scheduler.scheduleJob(
                newJob(Counting.class)
                        .withIdentity("counting")
                        .usingJobData("count", "0")
                        .storeDurably()
                        .build(),
                newTrigger()
                        .withSchedule(
                                simpleSchedule().withIntervalInMilliseconds(100).withRepeatCount(4))
                        .build());
        scheduler.start();

        await().until(() -> fired("counting").size() == 5);
        await().until(() -> scheduler
                .getJobDetail(JobKey.jobKey("counting"))
                .getJobDataMap()
                .getString("count")
                .equals("5"));
    }

    @Test
    void aMisfireIsHandledByItsInstruction() throws SchedulerException {
        Date longAgo = Date.from(Instant.now().minus(Duration.ofMinutes(10)));
        scheduler.scheduleJob(
                job(Recording.class, "now", false),
                newTrigger()
                        .startAt(longAgo)
                        .withSchedule(simpleSchedule().withMisfireHandlingInstructionFireNow())
                        .build());
        scheduler.scheduleJob(
                job(Recording.class, "next", true),
                newTrigger()
                        .withIdentity("next")
                        .startAt(longAgo)
                        .withSchedule(simpleSchedule()
                                .withIntervalInHours(1)
                                .repeatForever()
                                .withMisfireHandlingInstructionNextWithRemainingCount())
                        .build());
        scheduler.start();

        await().until(() -> fired("now").size() == 1);
        assertThat(fired("next")).isEmpty();
        await().until(() -> scheduler
                .getTrigger(TriggerKey.triggerKey("next"))
                .getNextFireTime()
                .toInstant()
                .isAfter(Instant.now()));
    }

    @Test
    void aRunningJobCanBeInterrupted() throws SchedulerException {
        scheduler.scheduleJob(job(Hanging.class, "hanging", false), once("hanging", "g"));
        scheduler.start();
        await().until(() -> !scheduler.getCurrentlyExecutingJobs().isEmpty());

        assertThat(scheduler.interrupt(JobKey.jobKey("hanging"))).isTrue();

        await().until(() -> fired("hanging").equals(List.of("interrupted")));
    }

    @Test
    void listenersAreTold() throws SchedulerException {
        List<String> told = new CopyOnWriteArrayList<>();
        scheduler.getListenerManager().addJobListener(new JobListenerSupport() {
            @Override
            public String getName() {
                return "test";
            }

            @Override
            public void jobWasExecuted(JobExecutionContext context, JobExecutionException failure) {
                told.add(context.getJobDetail().getKey().getName());
            }
        });
        scheduler.scheduleJob(job(Recording.class, "heard", false), once("heard", "g"));
        scheduler.start();

        await().until(() -> told.equals(List.of("heard")));
    }

    @Test
    void oneShotsAreLeftAlone() throws SchedulerException, SQLException {
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                values ('%s', 'j1', 'q1', 'delivery', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1)
                """.formatted(scheduler.getSchedulerName()));
        scheduler.scheduleJob(job(Recording.class, "other", false), once("other", "g"));
        scheduler.start();

        await().until(() -> fired("other").size() == 1);
        assertThat(database.number("select count(*) from qrtz_triggers where trigger_state = 'WAITING'"))
                .isEqualTo(1);
    }

    private Scheduler scheduler(int threads) throws SchedulerException {
        String name = "plain-" + UUID.randomUUID();
        DBConnectionManager.getInstance().addConnectionProvider(name, new Provider(database.dataSource()));
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", name);
        properties.setProperty("org.quartz.scheduler.instanceId", "one");
        properties.setProperty("org.quartz.scheduler.idleWaitTime", "1000");
        properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        properties.setProperty("org.quartz.threadPool.threadCount", String.valueOf(threads));
        properties.setProperty("org.quartz.jobStore.class", PostgresJobStore.class.getName());
        properties.setProperty(
                "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.setProperty("org.quartz.jobStore.dataSource", name);
        properties.setProperty("org.quartz.jobStore.isClustered", "true");
        properties.setProperty("org.quartz.jobStore.useProperties", "true");
        properties.setProperty("org.quartz.jobStore.misfireThreshold", "1000");
        return new StdSchedulerFactory(properties).getScheduler();
    }

    private static JobDetail job(Class<? extends Job> type, String name, boolean durable) {
        return newJob(type).withIdentity(name).storeDurably(durable).build();
    }

    private static Trigger once(String name, String group) {
        return newTrigger().withIdentity(name, group).startNow().build();
    }

    private static List<String> fired(String job) {
        return FIRED.getOrDefault(job, List.of());
    }

    private static void record(JobExecutionContext context, String what) {
        FIRED.computeIfAbsent(context.getJobDetail().getKey().getName(), name -> new CopyOnWriteArrayList<>())
                .add(what);
    }

    /** Says that it ran. */
    public static final class Recording implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            InheritedPathIT.record(context, context.getTrigger().getKey().getName());
        }
    }

    /** Must not meet itself. */
    @DisallowConcurrentExecution
    public static final class Alone implements Job {
        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            MAX_RUNNING.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
            try {
                NEVER.tryAcquire(30, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new JobExecutionException(e);
            } finally {
                RUNNING.decrementAndGet();
            }
            InheritedPathIT.record(context, "ran");
        }
    }

    /** Remembers how often it ran. */
    @PersistJobDataAfterExecution
    @DisallowConcurrentExecution
    public static final class Counting implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            int count = Integer.parseInt(context.getJobDetail().getJobDataMap().getString("count"));
            context.getJobDetail().getJobDataMap().put("count", String.valueOf(count + 1));
            InheritedPathIT.record(context, "ran");
        }
    }

    /** Runs until it is told to stop. */
    public static final class Hanging implements InterruptableJob {
        private final Semaphore interrupted = new Semaphore(0);

        @Override
        public void execute(JobExecutionContext context) throws JobExecutionException {
            try {
                InheritedPathIT.record(
                        context, interrupted.tryAcquire(30, TimeUnit.SECONDS) ? "interrupted" : "not interrupted");
            } catch (InterruptedException e) {
                throw new JobExecutionException(e);
            }
        }

        @Override
        public void interrupt() {
            interrupted.release();
        }
    }

    private record Provider(DataSource source) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return source.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
