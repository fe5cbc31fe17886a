package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.jobs.RunDao;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.sql.FreshPlans;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunPartitionsIT {
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final int DAYS = 8;

    private final TestDatabase database = TestDatabase.fresh();
    private final Upkeep upkeep = new Upkeep(new FreshPlans(database.dataSource()), "upkeep");
    private final RunPartitions partitions =
            new RunPartitions(new RunDao(), InstantSource.fixed(Instant.parse("2030-05-05T12:00:00Z")));
    private final AtomicInteger tries = new AtomicInteger();

    @BeforeEach
    void noWaitIsLong() throws SQLException {
        database.execute("alter database " + database.name() + " set lock_timeout = '20s'");
    }

    @AfterEach
    void close() {
        upkeep.close();
        database.close();
    }

    @Test
    void theComingDaysPartitionsAreMadeAhead() throws SQLException {
        makeNow();

        assertThat(partitionsMade()).isEqualTo(DAYS);
        record("2030-05-12T23:59:59Z");
        assertThat(database.number("select count(*) from runs_20300512")).isOne();
    }

    @Test
    void aConnectionThatIsGoneIsToldOnceNotForEachDay() throws SQLException {
        try (Connection gone = database.dataSource().getConnection()) {
            database.endSessions();

            assertThatThrownBy(() -> partitions.run(gone)).isInstanceOf(SQLException.class);
        }
    }

    /** As pg_dump does, for hours. */
    @Test
    void outcomesDoNotWaitForAPartitionThatSomebodyKeepsFromBeingMade() throws Exception {
        try (Connection dump = database.dataSource().getConnection();
                Statement statement = dump.createStatement()) {
            dump.setAutoCommit(false);
            statement.execute("lock table runs in access share mode");
            upkeep.repeat("partitions", OFTEN, connection -> {
                tries.incrementAndGet();
                partitions.run(connection);
            });

            // How long is what it is about: no longer than a try of the making, far less than the 20 s from above.
            for (int second = 10; second < 40; second++) {
                long begun = System.nanoTime();
                record("2030-05-05T12:00:" + second + "Z");
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            }
            await().until(() -> tries.get() > 3);
            assertThat(partitionsMade()).isZero();
            dump.commit();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> partitionsMade() == DAYS);
        record("2030-05-05T12:00:50Z");
        assertThat(database.number("select count(*) from runs")).isEqualTo(31);
        assertThat(database.number("select count(*) from runs_default")).isEqualTo(30);
        assertThat(database.number("select count(*) from runs_20300505")).isOne();
    }

    private void makeNow() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            partitions.run(connection);
        }
    }

    private long partitionsMade() throws SQLException {
        return database.number("select count(*) from pg_class where relkind = 'r' and relname ~ '^runs_203005'");
    }

    private void record(String started) throws SQLException {
        database.execute("insert into runs (job_id, started_at, request_headers) values (1, '" + started + "', '{}')");
    }
}
