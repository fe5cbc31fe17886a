package dev.posthaste.quartz;

import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.FiringThreads;
import dev.posthaste.oneshots.Firings;
import dev.posthaste.oneshots.InstanceName;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.oneshots.SessionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.SchedulerException;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.StdScheduler;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.ThreadExecutor;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's Quartz scheduler on the clustered store, from its start to its end. Start it once; thread-safe otherwise.
 */
public final class ClusteredScheduler {
    private static final Logger LOG = LoggerFactory.getLogger(ClusteredScheduler.class);
    private static final long SHORTEST_IDLE_WAIT_MS = 1_000;
    private static final long DATABASE_RETRY_MS = 1_000;

    /** A node that is told to stop does not wait for a database that hangs. */
    private static final Duration MAX_FAREWELL = Duration.ofSeconds(3);

    /** Enough for a database that answers: however little time is left, each step of the end has so long. */
    private static final Duration MOMENT = Duration.ofMillis(500);

    private static final String GIVING_BACK = "posthaste-giving-back";

    /** So often it is asked how long is to be waited, because somebody may be in a hurry by now. */
    private static final Duration STEP = Duration.ofMillis(100);

    private final String name;
    private final NodeSettings settings;
    private final DataSource database;
    private final DatabaseClock clock;
    private final Set<String> kinds;
    private final InstanceName instance;
    private final Firings firings;
    private final OneShotJobStore store;
    private final StdScheduler scheduler;

    /**
     * Makes the scheduler; nothing runs yet.
     *
     * @param instance what its sessions are called by, too
     * @param checkIns one connection at least, that nobody else takes: for what goes with checking in
     * @param sessions opens the one that stands for this node
     * @param oneShots those that are stored by the same program
     * @param ports what one-shots of each kind set off
     * @param threads run the firings, as many at once as there are slots
     */
    public ClusteredScheduler(
            InstanceName instance,
            NodeSettings settings,
            DataSource database,
            DataSource checkIns,
            SessionSource sessions,
            DatabaseClock clock,
            OneShots oneShots,
            Map<String, FiringPort> ports,
            FiringThreads threads) {
        this.name = oneShots.schedulerName();
        this.settings = settings;
        this.database = database;
        this.clock = clock;
        this.kinds = Set.copyOf(ports.keySet());
        this.instance = instance;
        this.firings = new Firings(instance, settings, oneShots, database, checkIns, sessions, clock, ports, threads);
        this.store = new OneShotJobStore(firings);
        try {
            this.scheduler = new StdScheduler(quartz());
        } catch (SchedulerException e) {
            throw new IllegalStateException("The scheduler could not be made", e);
        }
    }

    /** How many firings are in flight on this node. */
    public int inFlight() {
        return firings.inFlight();
    }

    /** Whether the cluster counts this node as alive; it sends nothing otherwise. */
    public boolean isMember() {
        return firings.isMember();
    }

    /** How many firings were claimed and lost before they began, and were given back, since the start; meant to be none. */
    public long lost() {
        return firings.lost();
    }

    /** How many gates this node has found to have counted wrongly, and set right, since its start; meant to be none. */
    public long gatesMended() {
        return firings.gatesMended();
    }

    /** How many nodes this one has taken for dead since its start; one that has left is none of them. */
    public long takeOvers() {
        return firings.takeOvers();
    }

    /** Has this one told of each claim, in place of whoever was before. */
    public void observeClaims(ClaimObserver observer) {
        store.observe(observer);
    }

    /** When something was last claimed, in milliseconds since 1970 by this machine's clock; 0 for never. */
    public long lastClaim() {
        return store.lastClaim();
    }

    /** Whether outcomes cannot be recorded just now, so that nothing further is sent. */
    public boolean isHeldUp() {
        return firings.isHeldUp();
    }

    /**
     * The scheduler's threads that this node cannot live without and that have ended; none while it runs as it should.
     */
    public List<String> endedThreads() {
        return firings.watched().ended();
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
        for (String kind : kinds) {
            JobDetail detail = JobBuilder.newJob(FiringJob.class)
                    .withIdentity(kind, OneShotTrigger.JOB_GROUP)
                    .storeDurably()
                    .requestRecovery()
                    .build();
            scheduler.addJob(detail, true);
            store.useDetail(kind, detail);
        }
        scheduler.start();
        firings.startDiscovery();
    }

    /** Claims nothing further, until {@link #resume}; what has been claimed goes on. */
    public void standBy() {
        store.standBy().set(true);
        scheduler.standby();
    }

    /** Claims again. Not after {@link #beginStop}. */
    public void resume() {
        store.standBy().set(false);
        try {
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("The scheduler has ended", e);
        }
    }

    /** Has others begin what this node has claimed and not begun; returns when that was tried, or takes too long. */
    public void giveBackNotBegun() throws InterruptedException {
        giveBackNotBegun(() -> MAX_FAREWELL);
    }

    private void giveBackNotBegun(Supplier<Duration> rest) throws InterruptedException {
        boolean unused = atMostForAWhile(firings::putBackNotBegun, GIVING_BACK, rest);
    }

    /**
     * Waits until no claim is in progress, at most for {@code bound}; false when one still is. After {@link #standBy} none
     * follows, and what one that was in progress has taken waits again.
     */
    public boolean awaitClaimSettled(Duration bound) throws InterruptedException {
        return store.standBy().awaitSettled(bound);
    }

    /** Waits until nothing is in flight, at most for {@code bound}; false when something still is. */
    public boolean awaitNoneInFlight(Duration bound) throws InterruptedException {
        return firings.awaitNoneInFlight(bound);
    }

    /**
     * Begins to stop, and waits for nothing: nothing is claimed or begun any more, and what has not begun is given back
     * meanwhile, so that others need not wait for the end of this node.
     */
    public void beginStop() {
        standBy();
        firings.close();
        begin(firings::putBackNotBegun, GIVING_BACK);
    }

    /** Stops as {@link #stop(Supplier, Supplier)} does and waits for what is in flight until {@code bound} at the latest. */
    public void stop(Duration bound) throws InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        stop(() -> Duration.ofNanos(Math.max(0, end - System.nanoTime())), () -> MAX_FAREWELL);
    }

    /**
     * Stops firing, lets what is in flight end, gives back what has not begun and leaves the cluster. What is still in flight
     * then is recovered by the next check-in of whoever is there.
     *
     * @param left of the time for which that is waited for; asked again and again
     * @param rest of the time for the whole stop, likewise: a database that does not answer is waited for no longer, but for a
     *     moment each time
     */
    public void stop(Supplier<Duration> left, Supplier<Duration> rest) throws InterruptedException {
        standBy();
        firings.close();
        giveBackNotBegun(rest);
        if (!awaitNoneInFlight(left)) {
            LOG.warn(
                    "{} deliveries did not end in time (delivery.stopWithin); they are recorded as interrupted and sent again",
                    firings.inFlight());
        }
        // It waits for threads of Quartz's own, which may wait for the database.
        if (!atMostForAWhile(() -> scheduler.shutdown(false), "posthaste-quartz-end", rest)) {
            LOG.warn("Quartz's own threads wait for the database, and are left to it");
        }
        if (!atMostForAWhile(this::leave, "posthaste-farewell", rest)) {
            LOG.warn("The database does not answer; others notice that this node has gone when its lease runs out");
        }
    }

    private boolean awaitNoneInFlight(Supplier<Duration> left) throws InterruptedException {
        boolean hasNone;
        Duration now;
        do {
            now = left.get();
            hasNone = firings.awaitNoneInFlight(now.compareTo(STEP) < 0 ? now : STEP);
        } while (!hasNone && !now.isZero());
        return hasNone;
    }

    private static boolean atMostForAWhile(Runnable last, String name, Supplier<Duration> rest)
            throws InterruptedException {
        long began = System.nanoTime();
        Thread thread = begin(last, name);
        Duration waited;
        do {
            thread.join(STEP.toMillis());
            waited = Duration.ofNanos(System.nanoTime() - began);
        } while (thread.isAlive()
                && waited.compareTo(MAX_FAREWELL) < 0
                && (waited.compareTo(MOMENT) < 0 || !rest.get().isZero()));
        return !thread.isAlive();
    }

    private static Thread begin(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void leave() {
        firings.putBackNotBegun();
        firings.leave();
    }

    private QuartzScheduler quartz() throws SchedulerException {
        ClassLoadHelper loader = new CascadingClassLoadHelper();
        loader.initialize();
        ThreadExecutor vital = new VitalThreads(firings.watched());
        configureStore(vital);
        QuartzSchedulerResources resources = new QuartzSchedulerResources();
        resources.setName(name);
        resources.setThreadName(name + "-scheduler");
        resources.setInstanceId(instance.text());
        resources.setThreadPool(new SlotPool(firings.slots()));
        resources.setThreadExecutor(vital);
        resources.setJobStore(store);
        resources.setMaxBatchSize(settings.maxClaim());
        resources.setBatchTimeWindow(0);
        resources.setMakeSchedulerThreadDaemon(true);
        QuartzScheduler made = new QuartzScheduler(resources, SHORTEST_IDLE_WAIT_MS, DATABASE_RETRY_MS);
        FiringJob job = new FiringJob(firings.handOver());
        made.setJobFactory((bundle, ignored) -> job);
        resources.setJobRunShellFactory(new OneShotShells(firings, new StdScheduler(made)));
        store.initialize(loader, made.getSchedulerSignaler());
        made.initialize();
        return made;
    }

    private void configureStore(ThreadExecutor vital) throws SchedulerException {
        DBConnectionManager.getInstance().addConnectionProvider(instance.text(), new Provider(database));
        store.setDataSource(instance.text());
        store.setInstanceName(name);
        store.setInstanceId(instance.text());
        store.setTablePrefix("QRTZ_");
        store.setUseProperties("true");
        store.setIsClustered(true);
        store.setAcquireTriggersWithinLock(true);
        store.setClusterCheckinInterval(settings.checkIn().toMillis());
        store.setDbRetryInterval(DATABASE_RETRY_MS);
        store.setThreadExecutor(vital);
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
