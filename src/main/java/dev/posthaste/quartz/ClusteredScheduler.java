package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.SchedulerException;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.StdScheduler;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's Quartz scheduler on the clustered store, from its start to its end. Start it once; thread-safe otherwise.
 */
public final class ClusteredScheduler {
    /**
     * How a node takes part.
     *
     * @param name all nodes that share a database use the same
     * @param capacities what this node may have in flight of each kind
     * @param largestBatch triggers claimed by one statement, at most
     * @param checkIn how often the node tells that it is alive
     * @param lease without a check-in for so long a node's firings are given to others
     * @param soleNode whether nobody else can be using the database, so that leftovers are recovered at once
     */
    public record Settings(
            String name,
            Map<String, Capacity> capacities,
            int largestBatch,
            Duration checkIn,
            Duration lease,
            boolean soleNode) {
        /** All slots together. */
        int allSlots() {
            return capacities.values().stream().mapToInt(Capacity::slots).sum();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClusteredScheduler.class);
    private static final long SHORTEST_IDLE_WAIT_MS = 1_000;
    private static final long DATABASE_RETRY_MS = 1_000;

    /** A node that is told to stop does not wait for a database that hangs. */
    private static final long LONGEST_FAREWELL_MS = 3_000;

    private final Settings settings;
    private final DataSource database;
    private final DatabaseClock clock;
    private final Map<String, FiringPort> ports;
    private final InstanceName instance;
    private final Membership membership;
    private final WatchedThreads watched = new WatchedThreads();
    private final Slots slots;
    private final OneShotJobStore store;
    private final QuartzScheduler quartz;
    private final StdScheduler scheduler;

    /**
     * Makes the scheduler; nothing runs yet.
     *
     * @param instance what its sessions are called by, too
     * @param checkIns one connection at least, that nobody else takes: without it this node could not say that it is alive
     * @param firings makes what one-shots of each kind set off, for the one-shots that it completes
     * @param threads run the firings, as many at once as there are slots
     */
    public ClusteredScheduler(
            InstanceName instance,
            Settings settings,
            DataSource database,
            DataSource checkIns,
            DatabaseClock clock,
            Function<OneShots, Map<String, FiringPort>> firings,
            FiringThreads threads) {
        this.settings = settings;
        this.database = database;
        this.clock = clock;
        this.instance = instance;
        this.membership = new Membership(settings.name(), instance.text(), settings.lease());
        this.slots = new Slots(settings.allSlots(), threads, watched);
        this.store = new OneShotJobStore(
                settings.name(),
                instance.text(),
                membership,
                clock,
                checkIns,
                settings.capacities(),
                settings.checkIn(),
                settings.soleNode(),
                slots,
                watched);
        this.ports = Map.copyOf(firings.apply(store));
        store.firesThrough(ports);
        try {
            this.quartz = quartz();
        } catch (SchedulerException e) {
            throw new IllegalStateException("The scheduler could not be made", e);
        }
        this.scheduler = new StdScheduler(quartz);
    }

    /** The one-shots of this scheduler. */
    public OneShots oneShots() {
        return store;
    }

    /** How many firings are in flight on this node. */
    public int inFlight() {
        return store.held().begun();
    }

    /** Whether the cluster counts this node as alive; it sends nothing otherwise. */
    public boolean isMember() {
        return membership.holdsLease();
    }

    /** How many firings were claimed and lost before they began, and were given back, since the start; meant to be none. */
    public long lost() {
        return store.lost();
    }

    /** Whether outcomes cannot be recorded just now, so that nothing further is sent. */
    public boolean isHeldUp() {
        return ports.values().stream().anyMatch(FiringPort::isHeldUp);
    }

    /**
     * The scheduler's threads that this node cannot live without and that have ended; none while it runs as it should.
     */
    public List<String> endedThreads() {
        return watched.ended();
    }

    /** This start's name in the cluster. */
    public String instance() {
        return instance.text();
    }

    /** Joins the cluster and begins to fire. */
    public void start() throws SchedulerException {
        try (Connection connection = database.getConnection()) {
            clock.synchronize(connection);
        } catch (SQLException e) {
            throw new SchedulerException("The database's clock could not be read", e);
        }
        for (String kind : ports.keySet()) {
            JobDetail detail = JobBuilder.newJob(FiringJob.class)
                    .withIdentity(kind, OneShotTrigger.JOB_GROUP)
                    .storeDurably()
                    .requestRecovery()
                    .build();
            scheduler.addJob(detail, true);
            store.useDetail(kind, detail);
        }
        scheduler.start();
        store.startDiscovery();
    }

    /**
     * Stops firing, lets what is in flight end within {@code bound}, gives back what has not begun and leaves the
     * cluster. What is still in flight then is recovered by the next check-in of whoever is there.
     */
    public void stop(Duration bound) throws InterruptedException {
        scheduler.standby();
        Held held = store.held();
        held.close();
        atMostForAWhile(store::putBackNotBegun, "posthaste-giving-back");
        if (!held.awaitNoneBegun(bound)) {
            LOG.warn(
                    "{} deliveries did not end within {} s; they are recorded as interrupted and sent again",
                    held.begun(),
                    bound.toSeconds());
        }
        scheduler.shutdown(false);
        if (!atMostForAWhile(this::leave, "posthaste-farewell")) {
            LOG.warn("The database does not answer; others notice that this node has gone when its lease runs out");
        }
    }

    private static boolean atMostForAWhile(Runnable last, String name) throws InterruptedException {
        Thread thread = new Thread(last, name);
        thread.setDaemon(true);
        thread.start();
        thread.join(LONGEST_FAREWELL_MS);
        return !thread.isAlive();
    }

    private void leave() {
        store.putBackNotBegun();
        store.leave();
    }

    private QuartzScheduler quartz() throws SchedulerException {
        ClassLoadHelper loader = new CascadingClassLoadHelper();
        loader.initialize();
        configureStore();
        QuartzSchedulerResources resources = new QuartzSchedulerResources();
        resources.setName(settings.name());
        resources.setThreadName(settings.name() + "-scheduler");
        resources.setInstanceId(instance.text());
        resources.setThreadPool(slots);
        resources.setThreadExecutor(watched);
        resources.setJobStore(store);
        resources.setMaxBatchSize(settings.largestBatch());
        resources.setBatchTimeWindow(0);
        resources.setMakeSchedulerThreadDaemon(true);
        QuartzScheduler made = new QuartzScheduler(resources, SHORTEST_IDLE_WAIT_MS, DATABASE_RETRY_MS);
        FiringJob job = new FiringJob(ports, clock, membership, store.held());
        made.setJobFactory((bundle, ignored) -> job);
        resources.setJobRunShellFactory(new OneShotShells(store, new StdScheduler(made)));
        store.initialize(loader, made.getSchedulerSignaler());
        made.initialize();
        return made;
    }

    private void configureStore() throws SchedulerException {
        DBConnectionManager.getInstance().addConnectionProvider(instance.text(), new Provider(database));
        store.setDataSource(instance.text());
        store.setInstanceName(settings.name());
        store.setInstanceId(instance.text());
        store.setTablePrefix("QRTZ_");
        store.setUseProperties("true");
        store.setIsClustered(true);
        store.setAcquireTriggersWithinLock(true);
        store.setClusterCheckinInterval(settings.checkIn().toMillis());
        store.setDbRetryInterval(DATABASE_RETRY_MS);
        store.setThreadExecutor(watched);
        store.setMakeThreadsDaemons(true);
        store.setThreadPoolSize(settings.allSlots());
    }

    /** Quartz asks a registry for its connections; the pool's owner closes the pool. */
    private record Provider(DataSource database) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return database.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
