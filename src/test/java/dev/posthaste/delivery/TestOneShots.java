package dev.posthaste.delivery;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.quartz.ClusteredScheduler;
import dev.posthaste.quartz.DatabaseClock;
import dev.posthaste.quartz.FiringThreads;
import dev.posthaste.quartz.InstanceName;
import dev.posthaste.quartz.OneShots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The one-shots of a scheduler that is not started, on a test's database. */
final class TestOneShots implements AutoCloseable {
    private final DatabaseClock clock = new DatabaseClock(InstantSource.system());
    private final ConnectionPools pools;
    private final ClusteredScheduler scheduler;

    TestOneShots(TestDatabase database) {
        this.pools =
                new ConnectionPools(database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
        this.scheduler = new ClusteredScheduler(
                InstanceName.unused(),
                new ClusteredScheduler.Settings(
                        "posthaste", Map.of(), 1, Duration.ofMinutes(1), Duration.ofMinutes(5), false),
                pools.scheduler(),
                pools.checkIns(),
                clock,
                oneShots -> Map.of(),
                FiringThreads.of(Runnable::run));
    }

    OneShots oneShots() {
        return scheduler.oneShots();
    }

    DatabaseClock clock() {
        return clock;
    }

    ConnectionPools pools() {
        return pools;
    }

    @Override
    public void close() {
        pools.close();
    }
}
