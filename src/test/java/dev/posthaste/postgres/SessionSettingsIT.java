package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class SessionSettingsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

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

    /** Sessions of pools idle, and what migrates or verifies takes its time. */
    @Test
    void theLimitsThatAnAdministratorGaveEndNoSessionOfOurs() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh()) {
            for (String limit : List.of("transaction_timeout", "idle_session_timeout")) {
                database.execute("alter database " + database.name() + " set " + limit + " = '1h'");
            }
            try (ConnectionPools pools = new ConnectionPools(
                            database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
                    Connection own = pools.openSession();
                    Connection pooled = pools.api().getConnection()) {
                for (Connection session : List.of(own, pooled)) {
                    try (Statement statement = session.createStatement();
                            ResultSet row = statement.executeQuery("select current_setting('transaction_timeout'),"
                                    + " current_setting('idle_session_timeout')")) {
                        row.next();
                        assertThat(row.getString(1)).isEqualTo("0");
                        assertThat(row.getString(2)).isEqualTo("0");
                    }
                }
            }
        }
    }

    /** As a process that is killed in the midst of a statement leaves it. */
    @Test
    void aSessionWhoseClientIsGoneDoesNotEndItsStatementFirst() throws Exception {
        String waiting =
                "select count(*) from pg_stat_activity where query like 'select pg_sleep(600)%' and datname = '";
        try (TestDatabase database = TestDatabase.fresh();
                ConnectionPools pools = new ConnectionPools(
                        database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry())) {
            Connection abandoned = pools.openSession();
            CompletableFuture<Void> statement = CompletableFuture.runAsync(() -> sleep(abandoned));
            await().atMost(SOON).until(() -> database.number(waiting + database.name() + "'") == 1);

            abandoned.abort(Runnable::run);

            await().atMost(SOON).until(() -> database.number(waiting + database.name() + "'") == 0);
            assertThatThrownBy(statement::join).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    private static void sleep(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = 0");
            connection.setNetworkTimeout(Runnable::run, 0);
            statement.execute("select pg_sleep(600)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
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
