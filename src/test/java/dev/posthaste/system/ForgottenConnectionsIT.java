package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The network has forgotten the connections that idle in a pool, and tells nobody. */
class ForgottenConnectionsIT {
    private static final int IDLE = 5;

    /** Three seconds for the first of them, and none for the others; a statement would wait forty for each. */
    private static final Duration ONE_LOOK = Duration.ofSeconds(3 + 5);

    @Test
    void theyAreFoundOutByOneShortLook() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                DatabaseLine line = new DatabaseLine(database);
                ConnectionPools pools = new ConnectionPools(
                        over(line.settings()), new DatabaseConfig(), "posthaste test", new MetricRegistry())) {
            useAtTheSameTime(pools);
            // Who was looked at within five seconds is not looked at again.
            await().pollDelay(Duration.ofSeconds(6)).until(() -> true);
            line.forgetConnections();

            long began = System.nanoTime();
            useAtTheSameTime(pools);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ONE_LOOK);
        }
    }

    private static void useAtTheSameTime(ConnectionPools pools) throws Exception {
        List<Connection> used = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            Connection connection = pools.api().getConnection();
            used.add(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            }
        }
        for (Connection connection : used) {
            connection.close();
        }
    }

    private static DatabaseTarget over(Map<String, String> settings) {
        return DatabaseTarget.given(
                settings.get("POSTHASTE_DATABASE_URL"),
                settings.get("POSTHASTE_DATABASE_USER"),
                settings.get("POSTHASTE_DATABASE_PASSWORD"));
    }
}
