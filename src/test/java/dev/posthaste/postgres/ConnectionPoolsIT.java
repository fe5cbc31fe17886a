package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ConnectionPoolsIT {
    /** What it has in flight is still to be recorded. */
    @Test
    void aNodeWhoseBuildTheSchemaTakesNoLongerCannotCheckIn() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                ConnectionPools pools = pools(database)) {
            pools.checkIns().getConnection().close();
            database.execute("update posthaste_schema set oldest_build = 9999");
            try (ConnectionPools again = pools(database);
                    Connection ofApi = again.api().getConnection();
                    Connection ofScheduler = again.scheduler().getConnection()) {
                assertThat(ofApi.isClosed()).isFalse();
                assertThat(ofScheduler.isClosed()).isFalse();
                assertThatThrownBy(() -> again.checkIns().getConnection()).isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void aConnectionToADatabaseThatIsReadOnlyIsNotHandedOut() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                ConnectionPools pools = pools(database)) {
            database.execute("alter database " + database.name() + " set default_transaction_read_only = on");

            assertThatThrownBy(() -> pools.api().getConnection()).isInstanceOf(SQLException.class);

            database.execute("begin read write; alter database " + database.name()
                    + " reset default_transaction_read_only; commit");
            pools.api().getConnection().close();
        }
    }

    private static ConnectionPools pools(TestDatabase database) {
        return new ConnectionPools(database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
    }
}
