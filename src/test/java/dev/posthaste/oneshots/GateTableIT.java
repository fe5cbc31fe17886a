package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GateTableIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final GateTable gates = new GateTable("posthaste");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void twoWritersThatCountOutOfTheSameGatesBothCount() throws Exception {
        putUpGates();
        Map<String, Integer> ended = IntStream.rangeClosed(1, 50)
                .mapToObj(n -> "q" + n)
                .collect(Collectors.toMap(Function.identity(), n -> 2));

        database.meet(
                connection -> {
                    gates.countOut(connection, ended);
                    return true;
                },
                connection -> {
                    gates.countOut(connection, ended);
                    return true;
                });

        assertThat(database.number("select count(*) from qrtz_group_gates where in_flight = 6"))
                .isEqualTo(50);
    }

    /** The database's clock was set back. */
    @Test
    void aGateThatWasRefilledInTheFutureStillLetsItsRateThrough() throws Exception {
        database.execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_per_second, in_flight, tokens,
                  refilled_at)
                values ('posthaste', 'q1', false, 50, 0, 0, clock_timestamp() + interval '1 hour')
                """);
        AtomicLong through = new AtomicLong();
        long begun = System.nanoTime();

        await().atMost(Duration.ofSeconds(30)).until(() -> through.addAndGet(letThrough("q1")) >= 50);

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(700), Duration.ofSeconds(30));
        assertThat(database.number("select count(*) from qrtz_group_gates where refilled_at <= clock_timestamp()"))
                .isOne();
    }

    @Test
    void aGateThatIsGivenARateOwesNothingForWhatWentThroughBefore() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            gates.set(connection, "q1", new Gate(false, 500, null));
            gates.letThrough(connection, gates.lock(connection, List.of("q1")), Map.of("q1", 500));

            gates.set(connection, "q1", new Gate(false, 1_000, 1));

            assertThat(gates.lock(connection, List.of("q1")).get(0).nextTokenMs())
                    .isLessThanOrEqualTo(1_000);
        }
    }

    /** Else a receiver that bears 50 a second would get 100 in one. */
    @Test
    void aGateThatNothingWentThroughForLongHasSavedNoMoreThanATenthOfASecond() throws Exception {
        database.execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_per_second, in_flight, tokens,
                  refilled_at)
                values ('posthaste', 'q1', false, 50, 0, 0, clock_timestamp() - interval '1 hour'),
                       ('posthaste', 'q2', false, 2, 0, 0, clock_timestamp() - interval '1 hour')
                """);

        assertThat(letThrough("q1")).isEqualTo(5);
        assertThat(letThrough("q2")).isOne();
    }

    private long letThrough(String group) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            List<LockedGate> locked = gates.lock(connection, List.of(group));
            long room = locked.get(0).room();
            gates.letThrough(connection, locked, Map.of(group, (int) room));
            connection.commit();
            return room;
        }
    }

    private void putUpGates() throws SQLException {
        database.execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_in_flight, in_flight)
                select 'posthaste', 'q' || n, false, 20, 10 from generate_series(1, 5000) n;
                analyze qrtz_group_gates
                """);
    }
}
