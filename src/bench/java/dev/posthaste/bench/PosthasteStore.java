package dev.posthaste.bench;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.oneshots.Capacity;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringThreads;
import dev.posthaste.oneshots.InstanceName;
import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.Migrations;
import dev.posthaste.quartz.ClusteredScheduler;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.GroupCommit.WhileAway;
import dev.posthaste.sql.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Posthaste's store behind the real Quartz scheduler, without the server around it. A slot is free when its completion
 * is committed; connections, batches and groups as in the server.
 */
final class PosthasteStore extends Contender {
    private static final String KIND = "bench";
    private static final int SLOTS = 1_024;
    private static final int MAX_BATCH = 500;
    private static final int MAX_GROUP = 500;
    private static final int FILL = 5_000;

    private final InstanceName instance = InstanceName.unused();
    private final ConnectionPools pools;
    private final ExecutorService threads = Executors.newFixedThreadPool(SLOTS);
    private final OneShots oneShots = new OneShots("posthaste");
    private final GroupCommit<OneShot, Boolean> intake;

    PosthasteStore(PooledDatabase database) {
        super("Posthaste", database);
        DatabaseTarget target = DatabaseTarget.given(database.url(), null, null);
        Migrations.run(target);
        this.pools = new ConnectionPools(target, new DatabaseConfig(), instance.sessions(), new MetricRegistry());
        this.intake =
                new GroupCommit<>("intake", pools.scheduler(), new Accepting(oneShots), WhileAway.FAIL, MAX_GROUP);
    }

    private ClusteredScheduler scheduler() {
        NodeSettings settings = new NodeSettings(
                Map.of(KIND, Capacity.ofSlots(SLOTS)), MAX_BATCH, Duration.ofSeconds(2), Duration.ofSeconds(8), true);
        DatabaseClock clock = new DatabaseClock(InstantSource.system());
        return new ClusteredScheduler(
                instance,
                settings,
                pools.scheduler(),
                pools.checkIns(),
                pools::openSession,
                clock,
                oneShots,
                Map.of(KIND, new CompletingPort(completion(), this::fire)),
                FiringThreads.of(threads));
    }

    private GroupCommit<ClaimedOneShot, Boolean> completion() {
        return new GroupCommit<>(
                "completion",
                pools.scheduler(),
                new CompletingPort.Completing(oneShots),
                WhileAway.KEEP_TRYING,
                MAX_GROUP);
    }

    @Override
    void load(int count) throws SQLException {
        Instant due = Instant.now().minusSeconds(1);
        for (int from = 0; from < count; from += FILL) {
            List<OneShot> shots = new ArrayList<>(FILL);
            for (int i = from; i < Math.min(count, from + FILL); i++) {
                shots.add(shot("job-" + i, due));
            }
            storeAll(shots);
        }
    }

    private static OneShot shot(String name, Instant due) {
        return new OneShot(new OneShotKey("q1", name), KIND, due, 5);
    }

    private void storeAll(List<OneShot> shots) throws SQLException {
        try (Connection connection = pools.api().getConnection()) {
            connection.setAutoCommit(false);
            oneShots.store(connection, shots);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    @Override
    Firing firing() {
        ClusteredScheduler scheduler = scheduler();
        return new Firing(scheduler::start, () -> scheduler.stop(Duration.ofSeconds(5)));
    }

    @Override
    boolean isEmpty() throws SQLException {
        return database().number("select count(*) from (select 1 from qrtz_triggers limit 1) left_over") == 0;
    }

    @Override
    void schedule(int number) throws Exception {
        intake.submit(shot("single-" + number, Instant.now().plus(Duration.ofDays(1))));
    }

    /** Stores jobs as a batch of a request does, in one transaction. */
    void scheduleAll(int firstNumber, int count) throws SQLException {
        Instant due = Instant.now().plus(Duration.ofDays(1));
        List<OneShot> shots = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            shots.add(shot("batch-" + (firstNumber + i), due));
        }
        storeAll(shots);
    }

    @Override
    void clear() throws SQLException {
        database().execute("truncate qrtz_triggers, qrtz_fired_one_shots");
    }

    @Override
    public void close() {
        intake.close();
        threads.shutdownNow();
        pools.close();
    }

    /** Writes what concurrent callers schedule in one transaction. */
    private record Accepting(OneShots oneShots) implements GroupCommit.Work<OneShot, Boolean> {
        @Override
        public List<Boolean> write(Transaction transaction, List<OneShot> entries) {
            oneShots.storeAtCommit(transaction, entries);
            return entries.stream().map(entry -> true).toList();
        }
    }
}
