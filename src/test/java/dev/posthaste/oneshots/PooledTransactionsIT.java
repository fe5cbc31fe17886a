package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PooledTransactionsIT {
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private final TestDatabase database = TestDatabase.empty();
    private final ConnectionPools pools =
            new ConnectionPools(database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
    private final Transactions transactions = new PooledTransactions(pools.scheduler(), PATIENCE);

    @AfterEach
    void close() {
        pools.close();
        database.close();
    }

    /** As on a connection that the network has forgotten. */
    @Test
    void anAnswerIsWaitedForSoLongAndNoLonger() {
        assertThatThrownBy(() -> transactions.run(connection -> execute(connection, "select pg_sleep(20)")))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void whoeverHasTheConnectionNextWaitsAsLongAsBefore() throws SQLException {
        int before = networkTimeout();

        int within = transactions.run(Connection::getNetworkTimeout);

        assertThat(within).isEqualTo((int) PATIENCE.toMillis());
        assertThat(networkTimeout()).isEqualTo(before).isNotEqualTo(within);
    }

    private int networkTimeout() throws SQLException {
        try (Connection connection = pools.scheduler().getConnection()) {
            return connection.getNetworkTimeout();
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
