package dev.posthaste.quartz;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.oneshots.Capacity;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringThreads;
import dev.posthaste.oneshots.InstanceName;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.oneshots.Shots;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.sql.GroupCommit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.quartz.SchedulerException;

/** A node of a cluster in a test: its pools, its scheduler and what its firings did. */
public final class TestNode implements AutoCloseable {
    public static final String KIND = Shots.KIND;
    public static final String OTHER_KIND = "callback";
    public static final NodeSettings SETTINGS = new NodeSettings(
            Map.of(KIND, Capacity.ofSlots(16), OTHER_KIND, Capacity.ofSlots(4)),
            100,
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            false);

    private final OneShots oneShots = new OneShots("posthaste");
    private final ConnectionPools pools;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final GroupCommit<ClaimedOneShot, Boolean> completions;
    private final RecordingPort port;
    private final DatabaseClock clock;
    private final ClusteredScheduler scheduler;
    private boolean stopped;

    private TestNode(
            DatabaseTarget target,
            NodeSettings settings,
            RecordingPort.Behaviour behaviour,
            UnaryOperator<FiringThreads> change,
            UnaryOperator<DataSource> changeOfDatabase) {
        InstanceName instance = InstanceName.unused();
        this.pools = new ConnectionPools(target, new DatabaseConfig(), instance.sessions(), new MetricRegistry());
        this.clock = new DatabaseClock(InstantSource.system());
        this.completions = new GroupCommit<>(
                "completion",
                pools.scheduler(),
                (transaction, entries) -> complete(transaction.connection(), entries),
                GroupCommit.WhileAway.KEEP_TRYING,
                500);
        this.port = new RecordingPort(behaviour, completions, clock);
        this.scheduler = new ClusteredScheduler(
                instance,
                settings,
                changeOfDatabase.apply(pools.scheduler()),
                pools.checkIns(),
                pools::openSession,
                clock,
                oneShots,
                Map.of(KIND, port, OTHER_KIND, port),
                change.apply(FiringThreads.of(threads)));
    }

    /** Those of a node that checks in once, for a while. */
    public static NodeSettings withoutCheckIns(NodeSettings settings) {
        return new NodeSettings(
                settings.capacities(), settings.maxClaim(), Duration.ofMinutes(2), Duration.ofMinutes(6), false);
    }

    /** A node that joins with what became of {@link #SETTINGS}. */
    public static TestNode start(
            DatabaseTarget target, UnaryOperator<NodeSettings> change, RecordingPort.Behaviour behaviour)
            throws SchedulerException {
        return start(target, change, behaviour, threads -> threads);
    }

    /** One whose firings come to their threads in another way. */
    public static TestNode start(
            DatabaseTarget target,
            UnaryOperator<NodeSettings> change,
            RecordingPort.Behaviour behaviour,
            UnaryOperator<FiringThreads> changeOfThreads)
            throws SchedulerException {
        return started(new TestNode(target, change.apply(SETTINGS), behaviour, changeOfThreads, pool -> pool));
    }

    /** One whose scheduler gets its connections in another way. */
    public static TestNode startOn(DatabaseTarget target, UnaryOperator<DataSource> changeOfDatabase)
            throws SchedulerException {
        return started(new TestNode(target, SETTINGS, firing -> {}, threads -> threads, changeOfDatabase));
    }

    private static TestNode started(TestNode node) throws SchedulerException {
        node.scheduler.start();
        return node;
    }

    /** Stores and commits, as intake does. */
    public void store(List<OneShot> shots) throws SQLException {
        inTransaction(connection -> {
            oneShots().store(connection, shots);
            return true;
        });
        oneShots().committed(shots);
    }

    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    public <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = pools.api().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        }
    }

    /** All that the scheduler has: takes them until there is none. */
    public List<Connection> takeConnections() {
        List<Connection> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(pools.scheduler().getConnection());
            }
        } catch (SQLException e) {
            // There is none left.
            return taken;
        }
    }

    public OneShots oneShots() {
        return oneShots;
    }

    public ClusteredScheduler scheduler() {
        return scheduler;
    }

    /** As this node knows the database's. */
    public DatabaseClock clock() {
        return clock;
    }

    public RecordingPort port() {
        return port;
    }

    /** Waits for nothing that is in flight, and for the database for moments only. */
    public void stopInAHurry() throws InterruptedException {
        stopped = true;
        scheduler.stop(() -> Duration.ZERO, () -> Duration.ZERO);
    }

    public void stop(Duration bound) {
        stopped = true;
        try {
            scheduler.stop(bound);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!stopped) {
            stop(Duration.ofSeconds(5));
        }
        completions.close();
        threads.shutdownNow();
        pools.close();
    }

    private List<Boolean> complete(Connection connection, List<ClaimedOneShot> firings) throws SQLException {
        Set<ClaimedOneShot> owned = oneShots.complete(connection, firings);
        return firings.stream().map(firing -> owned.contains(firing)).toList();
    }
}
