package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseWatchIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDatabaseThatTakesNoChangesCountsAsAwayUntilItDoesAgain() throws SQLException {
        DatabaseWatch watch = watch(database.dataSource());
        watch.look();
        assertThat(watch.answers()).isTrue();

        String alter = "alter database \"" + database.name() + "\" set default_transaction_read_only = ";
        database.execute(alter + "on");
        watch.look();
        assertThat(watch.answers()).isFalse();

        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute(alter + "off");
        }
        watch.look();
        assertThat(watch.answers()).isTrue();
    }

    /** It goes back to a pool, and others have statements that take longer than a look. */
    @Test
    void aConnectionThatOnlyRefusesWaitsForTheNetworkAsBefore() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 40_000);
            statement.execute("set default_transaction_read_only = on");
            Connection kept = (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (self, method, arguments) ->
                            method.getName().equals("close") ? null : method.invoke(connection, arguments));
            DatabaseWatch watch = watch(new PGSimpleDataSource() {
                private static final long serialVersionUID = 1L;

                @Override
                public Connection getConnection() {
                    return kept;
                }
            });

            watch.look();

            assertThat(watch.answers()).isFalse();
            assertThat(connection.getNetworkTimeout()).isEqualTo(40_000);
        }
    }

    @Test
    void aDatabaseThatRefusesIsAway() {
        PGSimpleDataSource nobody = new PGSimpleDataSource();
        nobody.setUrl("jdbc:postgresql://127.0.0.1:1/none");
        DatabaseWatch watch = watch(nobody);

        watch.look();

        assertThat(watch.answers()).isFalse();
    }

    /** All nodes would be taken out of a balancer for being busy. */
    @Test
    void aDatabaseWhoseConnectionsAreAllInUseIsNotAway() throws SQLException {
        try (ConnectionPools pools =
                new ConnectionPools(database.target(), new DatabaseConfig(), "watched", new MetricRegistry())) {
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < new DatabaseConfig().apiConnections(); i++) {
                taken.add(pools.api().getConnection());
            }
            DatabaseWatch watch = watch(pools.api());

            watch.look();

            assertThat(watch.answers()).isTrue();
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }

    @Test
    void aDatabaseThatIsMuteIsAwayAfterAWhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        PGSimpleDataSource mute = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() throws SQLException {
                asked.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return database.dataSource().getConnection();
            }
        };
        try (DatabaseWatch watch = watch(mute)) {
            watch.start();
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(watch.answers()).as("not yet").isTrue();

            nanos.addAndGet(TimeUnit.SECONDS.toNanos(7));
            assertThat(watch.answers()).isFalse();

            released.countDown();
            await().until(watch::answers);
        }
    }

    private DatabaseWatch watch(DataSource source) {
        return new DatabaseWatch(source, Duration.ofMillis(10), nanos::get);
    }
}
