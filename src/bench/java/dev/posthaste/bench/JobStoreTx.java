package dev.posthaste.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Date;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/**
 * The peer that we replace: Quartz's own clustered store, tuned (batches of 50 under the lock, short waits), on the
 * tables and indexes that come with it.
 */
@SuppressWarnings("JavaUtilDate") // Quartz's API
final class JobStoreTx extends Contender {
    private static final int BATCH = 50;

    private final JobDetail detail;
    private final Scheduler client;

    JobStoreTx(PooledDatabase database) throws Exception {
        super("JobStoreTX", database);
        this.detail = JobBuilder.newJob(Job.class)
                .withIdentity("bench")
                .storeDurably()
                .requestRecovery()
                .build();
        try (InputStream tables =
                Scheduler.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_postgres.sql")) {
            if (tables == null) {
                throw new IOException("The Quartz jar has no tables for PostgreSQL");
            }
            database.execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?i)COMMIT;", ""));
        }
        DBConnectionManager.getInstance().addConnectionProvider(database.name(), new Provider(database));
        this.client = scheduler();
        client.addJob(detail, true);
    }

    private Scheduler scheduler() throws SchedulerException {
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("org.quartz.scheduler.instanceName", "bench"),
                Map.entry("org.quartz.scheduler.instanceId", "bench-" + System.nanoTime()),
                Map.entry("org.quartz.scheduler.skipUpdateCheck", "true"),
                Map.entry("org.quartz.scheduler.idleWaitTime", "1000"),
                Map.entry("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", String.valueOf(BATCH)),
                Map.entry("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool"),
                Map.entry("org.quartz.threadPool.threadCount", String.valueOf(BATCH)),
                Map.entry("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX"),
                Map.entry("org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate"),
                Map.entry("org.quartz.jobStore.dataSource", database().name()),
                Map.entry("org.quartz.jobStore.useProperties", "true"),
                Map.entry("org.quartz.jobStore.isClustered", "true"),
                Map.entry("org.quartz.jobStore.acquireTriggersWithinLock", "true"),
                Map.entry("org.quartz.jobStore.misfireThreshold", "3600000")));
        Scheduler scheduler = new StdSchedulerFactory(properties).getScheduler();
        scheduler.setJobFactory((bundle, ignored) ->
                context -> done(context.getTrigger().getKey().getName()));
        return scheduler;
    }

    private void done(String id) throws JobExecutionException {
        try {
            fire(id);
        } catch (Exception e) {
            throw new JobExecutionException(e);
        }
    }

    @Override
    void load(int count) throws Exception {
        Set<Trigger> triggers = new HashSet<>();
        Date due = new Date();
        for (int i = 0; i < count; i++) {
            triggers.add(trigger("job-" + i, due));
        }
        client.scheduleJobs(Map.of(detail, triggers), true);
    }

    private Trigger trigger(String name, Date due) {
        return TriggerBuilder.newTrigger()
                .withIdentity(name)
                .forJob(detail)
                .startAt(due)
                .build();
    }

    @Override
    Firing firing() {
        return new Firing(client::start, client::standby);
    }

    @Override
    boolean isEmpty() throws Exception {
        return database().number("select count(*) from qrtz_triggers") == 0
                && database().number("select count(*) from qrtz_fired_triggers") == 0;
    }

    @Override
    void schedule(int number) throws Exception {
        client.scheduleJob(trigger("single-" + number, new Date(System.currentTimeMillis() + 86_400_000)));
    }

    @Override
    void clear() throws Exception {
        database().execute("truncate qrtz_triggers cascade");
    }

    @Override
    public void close() {
        try {
            client.shutdown(true);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Provider(PooledDatabase database) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return database.pool().getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
