package dev.posthaste.quartz;

import com.codahale.metrics.MetricRegistry;
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
import org.quartz.SchedulerException;

/** A node of a cluster in a test: its pools, its scheduler and what its firings did. */
final class TestNode implements AutoCloseable {
    static final String KIND = "work";
    static final String OTHER_KIND = "callback";
    static final ClusteredScheduler.Settings SETTINGS = new ClusteredScheduler.Settings(
            "posthaste",
            Map.of(KIND, Capacity.ofSlots(16), OTHER_KIND, Capacity.ofSlots(4)),
            100,
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            false);

    private final ConnectionPools pools;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final GroupCommit<FiredOneShot, Boolean> completions;
    private final RecordingPort port;
    private final DatabaseClock clock;
    private final ClusteredScheduler scheduler;
    private boolean stopped;

    private TestNode(
            DatabaseTarget target,
            ClusteredScheduler.Settings settings,
            RecordingPort.Behaviour behaviour,
            UnaryOperator<FiringThreads> change) {
        InstanceName instance = InstanceName.unused();
        this.pools = new ConnectionPools(target, new DatabaseConfig(), instance.sessions(), new MetricRegistry());
        this.clock = new DatabaseClock(InstantSource.system());
        OneShots[] oneShots = new OneShots[1];
        this.completions = new GroupCommit<>(
                "completion",
                pools.scheduler(),
                (transaction, entries) -> complete(oneShots[0], transaction.connection(), entries),
                GroupCommit.WhileAway.KEEP_TRYING,
                500);
        this.port = new RecordingPort(behaviour, completions, clock);
        this.scheduler = new ClusteredScheduler(
                instance,
                settings,
                pools.scheduler(),
                pools.checkIns(),
                clock,
                made -> {
                    oneShots[0] = made;
                    return Map.of(KIND, port, OTHER_KIND, port);
                },
                change.apply(FiringThreads.of(threads)));
    }

    /** Those of a node that checks in once, for a while. */
    static ClusteredScheduler.Settings withoutCheckIns(ClusteredScheduler.Settings settings) {
        return new ClusteredScheduler.Settings(
                settings.name(),
                settings.capacities(),
                settings.largestBatch(),
                Duration.ofMinutes(2),
                Duration.ofMinutes(6),
                false);
    }

    /** A node that joins with what became of {@link #SETTINGS}. */
    static TestNode start(
            DatabaseTarget target, UnaryOperator<ClusteredScheduler.Settings> change, RecordingPort.Behaviour behaviour)
            throws SchedulerException {
        return start(target, change, behaviour, threads -> threads);
    }

    /** One whose firings come to their threads in another way. */
    static TestNode start(
            DatabaseTarget target,
            UnaryOperator<ClusteredScheduler.Settings> change,
            RecordingPort.Behaviour behaviour,
            UnaryOperator<FiringThreads> changeOfThreads)
            throws SchedulerException {
        TestNode node = new TestNode(target, change.apply(SETTINGS), behaviour, changeOfThreads);
        node.scheduler.start();
        return node;
    }

    /** Stores and commits, as intake does. */
    void store(List<OneShot> shots) throws SQLException {
        inTransaction(connection -> {
            oneShots().store(connection, shots);
            return true;
        });
        oneShots().committed(shots);
    }

    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = pools.api().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        }
    }

    /** All that the scheduler has: takes them until there is none. */
    List<Connection> takeConnections() {
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

    OneShots oneShots() {
        return scheduler.oneShots();
    }

    ClusteredScheduler scheduler() {
        return scheduler;
    }

    /** As this node knows the database's. */
    DatabaseClock clock() {
        return clock;
    }

    RecordingPort port() {
        return port;
    }

    void stop(Duration bound) {
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

    private static List<Boolean> complete(OneShots oneShots, Connection connection, List<FiredOneShot> firings)
            throws SQLException {
        Set<FiredOneShot> owned = oneShots.complete(connection, firings);
        return firings.stream().map(firing -> owned.contains(firing)).toList();
    }
}
