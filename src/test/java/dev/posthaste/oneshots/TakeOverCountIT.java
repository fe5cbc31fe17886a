package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that died is taken for dead by one other, whoever takes over what it had. */
class TakeOverCountIT {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.fresh();
    private long nanos = 1;
    private final Membership one = membership("one");
    private final Membership other = membership("other");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aNodeWhoseWorkTwoOthersTakeOverIsCountedOnce() throws Exception {
        dieWith(2 * Recovery.SLICE + 1);
        TakeOver first = takeOver(one, false);
        TakeOver second = takeOver(other, false);
        AtomicBoolean hasMet = new AtomicBoolean();

        first.entomb();
        first.recoverOneShots(() -> {
            if (!hasMet.getAndSet(true)) {
                second.entomb();
                second.recoverOneShots(() -> {});
            }
        });

        assertThat(hasMet).isTrue();
        assertThat(database.number("select count(*) from qrtz_triggers")).isEqualTo(2 * Recovery.SLICE + 1);
        assertThat(first.takeOvers()).isOne();
        assertThat(second.takeOvers()).isZero();
    }

    @Test
    void aNodeThatDiedWithNothingInFlightIsCounted() throws Exception {
        dieWith(0);
        TakeOver first = takeOver(one, false);
        TakeOver second = takeOver(other, false);

        checkIn(first);
        checkIn(second);
        checkIn(first);

        assertThat(first.takeOvers() + second.takeOvers()).isOne();
    }

    /** It was told to stop, and what it had did not end in time. */
    @Test
    void aNodeThatLeftSomethingBehindWasNotTakenForDead() throws Exception {
        claims(1);
        TakeOver first = takeOver(one, false);

        checkIn(first);

        assertThat(database.number("select count(*) from qrtz_triggers")).isOne();
        assertThat(first.takeOvers()).isZero();
    }

    /** On the embedded database the process before was killed, and nobody waits for its lease. */
    @Test
    void whoeverCanBeDismissedIsCountedWhereOneIsAlone() throws Exception {
        claims(1);
        member();
        TakeOver sole = takeOver(one, true);

        checkIn(sole);
        checkIn(sole);

        assertThat(database.number("select count(*) from qrtz_triggers")).isOne();
        assertThat(sole.takeOvers()).isOne();
    }

    private static void checkIn(TakeOver node) throws SQLException {
        node.entomb();
        node.recoverOneShots(() -> {});
    }

    /** Both others have seen that it was silent for as long as its lease. */
    private void dieWith(int claims) throws SQLException {
        claims(claims);
        member();
        for (int i = 0; i <= 4; i++) {
            for (Membership node : List.of(one, other)) {
                inTransaction(connection -> node.checkIn(connection, null)).run();
                assertThat(inTransaction(node::dead)).hasSize(i < 4 ? 0 : 1);
            }
            nanos += LEASE.dividedBy(4).toNanos();
        }
    }

    private void member() throws SQLException {
        database.execute(
                "insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)"
                        + " values ('posthaste', 'dead', 1, " + LEASE.toMillis() + ")");
    }

    private void claims(int count) throws SQLException {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c' || n, 'dead', 'q1', 'work', 1, false, array['j' || n], array[1], array[5], array[0],
                       B'0', 1
                  from generate_series(1, %s) n
                """.formatted(count));
    }

    private Membership membership(String name) {
        return new Membership(
                "posthaste",
                name,
                new Lease(LEASE, () -> nanos, () -> Instant.ofEpochMilli(nanos / 1_000_000)),
                Duration.ofSeconds(2));
    }

    private TakeOver takeOver(Membership membership, boolean isSole) {
        Recovery recovery = new Recovery(
                new OneShotTable("posthaste"),
                new FiredTable("posthaste"),
                new GateTable("posthaste"),
                new FiringPorts(Map.of("work", new Indifferent())),
                new Trace());
        return new TakeOver(
                membership,
                recovery,
                (connection, dead) -> {},
                new ShortWaits(this::inTransaction, Duration.ofSeconds(10)),
                isSole,
                () -> {});
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            return result;
        }
    }

    private static final class Indifferent implements FiringPort {
        @Override
        public boolean isFaultOfOne(Exception failure) {
            return SqlFailure.isOfTheData(failure);
        }

        @Override
        public Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) {
            return Map.of();
        }

        @Override
        public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
            return Set.of();
        }
    }
}
