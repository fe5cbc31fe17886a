package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class SessionSettingsIT {
    private static final Map<String, String> EXPECTED = Map.of(
            "idle_in_transaction_session_timeout", "5000",
            "tcp_keepalives_idle", "5",
            "tcp_keepalives_interval", "2",
            "tcp_keepalives_count", "3",
            "tcp_user_timeout", "10000",
            "lock_timeout", "10000",
            "statement_timeout", "30000",
            "transaction_isolation", "read committed",
            "default_transaction_isolation", "read committed");

    @Test
    void everySessionOfThePoolsHasThem() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                ConnectionPools pools = new ConnectionPools(
                        database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry())) {
            assertThat(settings(pools.api())).isEqualTo(EXPECTED);
            assertThat(settings(pools.scheduler())).isEqualTo(EXPECTED);
        }
    }

    @Test
    void aDatabaseWhoseDefaultIsRepeatableReadWorks() throws SQLException {
        try (TestDatabase database = TestDatabase.empty()) {
            database.execute(
                    "alter database " + database.name() + " set default_transaction_isolation = 'repeatable read'");

            Migrations.run(database.target());

            try (ConnectionPools pools = new ConnectionPools(
                    database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry())) {
                assertThat(settings(pools.api())).isEqualTo(EXPECTED);
                assertThat(settings(pools.scheduler())).isEqualTo(EXPECTED);
            }
        }
    }

    @Test
    void aDatabaseThatIsNotEncodedInUtf8IsRefused() {
        try (TestDatabase database = TestDatabase.encodedIn("SQL_ASCII")) {
            assertThatThrownBy(() -> Migrations.run(database.target()))
                    .isInstanceOf(DatabaseUnusableException.class)
                    .hasMessage(
                            "The database is encoded in SQL_ASCII; Posthaste needs one that was created with encoding"
                                    + " 'UTF8'.");
        }
    }

    private static Map<String, String> settings(DataSource pool) throws SQLException {
        Map<String, String> settings = new TreeMap<>();
        try (Connection connection = pool.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select name, setting from pg_settings where name = any (?)")) {
            statement.setArray(
                    1, connection.createArrayOf("text", EXPECTED.keySet().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    settings.put(row.getString(1), row.getString(2));
                }
            }
        }
        return settings;
    }
}
