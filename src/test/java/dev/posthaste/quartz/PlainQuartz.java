package dev.posthaste.quartz;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Schedulers as a user of plain Quartz makes them: by properties, with nothing of ours but the store's class. */
public final class PlainQuartz {
    private PlainQuartz() {}

    /** A clustered one. */
    public static Scheduler scheduler(TestDatabase database, String name, String instance) throws SchedulerException {
        return scheduler(database, name, instance, Map.of());
    }

    /**
     * A scheduler as Quartz makes it.
     *
     * @param more properties of the store, without their common beginning
     */
    public static Scheduler scheduler(TestDatabase database, String name, String instance, Map<String, String> more)
            throws SchedulerException {
        String source = "plain-" + UUID.randomUUID();
        DBConnectionManager.getInstance().addConnectionProvider(source, new Provider(database.dataSource()));
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", name);
        properties.setProperty("org.quartz.scheduler.instanceId", instance);
        properties.setProperty("org.quartz.scheduler.idleWaitTime", "1000");
        properties.setProperty("org.quartz.threadPool.threadCount", "4");
        properties.setProperty("org.quartz.jobStore.class", PostgresJobStore.class.getName());
        properties.setProperty("org.quartz.jobStore.dataSource", source);
        properties.setProperty("org.quartz.jobStore.isClustered", "true");
        properties.setProperty("org.quartz.jobStore.clusterCheckinInterval", "500");
        properties.setProperty("org.quartz.jobStore.misfireThreshold", "1000");
        properties.setProperty("org.quartz.jobStore.useProperties", "true");
        more.forEach((key, value) -> properties.setProperty("org.quartz.jobStore." + key, value));
        // Quartz gives back a scheduler of the same name that it has made before.
        SchedulerRepository.getInstance().remove(name);
        return new StdSchedulerFactory(properties).getScheduler();
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
