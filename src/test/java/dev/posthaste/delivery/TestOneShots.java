package dev.posthaste.delivery;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.TestDatabase;
import java.time.InstantSource;

/** One-shots that no scheduler fires, on a test's database. */
final class TestOneShots implements AutoCloseable {
    private final DatabaseClock clock = new DatabaseClock(InstantSource.system());
    private final OneShots oneShots = new OneShots("posthaste");
    private final ConnectionPools pools;

    TestOneShots(TestDatabase database) {
        this.pools =
                new ConnectionPools(database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
    }

    OneShots oneShots() {
        return oneShots;
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
