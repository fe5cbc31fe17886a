package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReturnsIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final AtomicLong nanos = new AtomicLong();
    private final Held held = new Held(Map.of());
    private final List<ClaimedOneShot> waitAgain = new CopyOnWriteArrayList<>();
    private final TracedLines told = new TracedLines("q1");
    private final Returns returns = new Returns(
            new FiredTable("posthaste"),
            new GateTable("posthaste"),
            held,
            new DatabaseClock(InstantSource.system(), nanos::get),
            this::inTransaction,
            this::inTransaction,
            Duration.ofMinutes(1),
            waitAgain::addAll,
            told.trace());
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile Step beforeWriting = () -> {};
    private boolean away;

    private interface Step {
        void run() throws InterruptedException;
    }

    @BeforeEach
    void oneWasClaimed() throws SQLException {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c1', 'node', 'q1', 'work', 1, false, array['j1'], array[10], array[5], array[0], B'0', 1)
                """);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsGivenBackWaitsAgain() throws SQLException {
        putBack();

        assertThat(waiting()).isOne();
    }

    @Test
    void whatTheDatabaseDidNotTakeIsOfferedUntilItDoes() throws Exception {
        away = true;
        putBack();
        assertThatThrownBy(returns::again).isInstanceOf(SQLException.class);
        assertThat(waiting()).isZero();

        away = false;
        returns.again();

        assertThat(waiting()).isOne();
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    @Test
    void whatIsPutBackIsToldWithUntilWhenAndWhatCouldNotBeToo() throws Exception {
        away = true;
        putBack(new Return(60_000, true));
        away = false;
        returns.again();

        assertThat(told.lines()).hasSize(2);
        assertThat(told.lines().get(0)).startsWith("Trace it, job 7, claim c1.1: could not be put back yet: ");
        assertThat(told.lines().get(1)).startsWith("Trace it, job 7, claim c1.1: put back, and waits");
    }

    /** Its gate's rate is the rate of what is sent. */
    @ParameterizedTest
    @CsvSource({"true, 2", "false, 1"})
    void whatWasNotSentGivesItsTokenBackToo(boolean unsent, int tokens) throws SQLException {
        database.execute("update qrtz_fired_one_shots set counted = true");
        database.execute(
                "insert into qrtz_group_gates (sched_name, trigger_group, paused, max_per_second, in_flight, tokens)"
                        + " values ('posthaste', 'q1', false, 50, 1, 1)");

        putBack(new Return(0, unsent));

        assertThat(database.number("select tokens from qrtz_group_gates")).isEqualTo(tokens);
        assertThat(database.number("select in_flight from qrtz_group_gates")).isZero();
    }

    /** A hundred firings that cannot be made may have to be put back at once: connections are few. */
    @Test
    @Timeout(60)
    void whoPutsBackWhileAnotherDoesLeavesItToHim() throws Exception {
        database.execute("delete from qrtz_fired_one_shots");
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c' || n, 'node', 'q1', 'work', 1, false, array['j' || n], array[10], array[5], array[0],
                       B'0', 1 from generate_series(1, 100) n
                """);
        CountDownLatch isWriting = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        beforeWriting = () -> {
            if (transactions.get() == 1) {
                isWriting.countDown();
                mayWrite.await();
            }
        };
        Thread first = new Thread(() -> putBack(claimed("c1", "j1"), Return.AT_ONCE));
        first.setDaemon(true);
        first.start();
        assertThat(isWriting.await(30, TimeUnit.SECONDS)).isTrue();

        for (int n = 2; n <= 100; n++) {
            putBack(claimed("c" + n, "j" + n), Return.AT_ONCE);
        }
        assertThat(waiting()).isZero();
        mayWrite.countDown();
        first.join();

        assertThat(waiting()).isEqualTo(100);
        assertThat(transactions).hasValue(2);
        assertThat(waitAgain).hasSize(100);
        assertThat(held.owesAny()).isFalse();
    }

    @Test
    void whatTheDatabaseNeverTakesKeepsBackNoOther() throws Exception {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c' || n, 'node', 'q' || n, 'work', 1, false, array['j' || n], array[10], array[5],
                       array[0], B'0', 1 from generate_series(2, 5) n;
                create function refuse() returns trigger language plpgsql as
                  $$ begin raise exception 'a test refuses'; end $$;
                create trigger refuse before insert on qrtz_triggers for each row
                  when (new.trigger_group = 'q1') execute function refuse()
                """);
        away = true;
        putBack();
        for (int n = 2; n <= 5; n++) {
            putBack(claimed("q" + n, "c" + n, "j" + n), Return.AT_ONCE);
        }
        away = false;

        assertThatThrownBy(returns::again).isInstanceOf(SQLException.class);
        assertThatThrownBy(returns::again).isInstanceOf(SQLException.class);

        assertThat(waiting()).isEqualTo(4);
    }

    /** The firings of an outage were put back at many instants: each of those by itself could take a second. */
    @Test
    void whatMayFireByNowIsGivenBackTogether() throws Exception {
        database.execute(
                "update qrtz_fired_one_shots set trigger_names = array['j1', 'j2', 'j3'], due_times = array[10, 10, 10],"
                        + " priorities = array[5, 5, 5], weights = array[0, 0, 0], ended = B'000', remaining = 3");
        away = true;
        for (int place = 1; place <= 3; place++) {
            OneShotKey key = new OneShotKey("q1", "j" + place);
            putBack(
                    new ClaimedOneShot(key, "work", "c1", place, 3, Instant.EPOCH, Instant.EPOCH, 0),
                    new Return(place, true));
        }
        away = false;
        transactions.set(0);

        returns.again();

        assertThat(waiting()).isEqualTo(3);
        assertThat(transactions).hasValue(1);
    }

    /** The lease is to be extended: what takes longer is left for the next check-in. */
    @Test
    void afterItsPatienceTheCheckInBeginsWithNoOther() throws Exception {
        away = true;
        putBack(Return.AT_ONCE);
        putBack(claimed("q2", "c2", "j2"), new Return(0, false));
        putBack(claimed("q3", "c3", "j3"), new Return(Long.MAX_VALUE, false));
        away = false;
        transactions.set(0);
        beforeWriting = () -> nanos.addAndGet(Duration.ofSeconds(30).toNanos());

        returns.again();
        assertThat(transactions).hasValue(2);

        returns.again();
        assertThat(held.owesAny()).isFalse();
    }

    private static ClaimedOneShot claimed(String claim, String name) {
        return claimed("q1", claim, name);
    }

    private static ClaimedOneShot claimed(String group, String claim, String name) {
        return new ClaimedOneShot(
                new OneShotKey(group, name), "work", claim, 1, 1, Instant.ofEpochMilli(10), Instant.ofEpochMilli(1), 0);
    }

    private void putBack() {
        putBack(Return.AT_ONCE);
    }

    private void putBack(Return back) {
        putBack(claimed("c1", "j1"), back);
    }

    private void putBack(ClaimedOneShot firing, Return back) {
        held.claimed(List.of(firing));
        returns.putBack(List.of(firing), back);
    }

    private long waiting() throws SQLException {
        return database.number("select count(*) from qrtz_triggers where trigger_state = 'WAITING'");
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws SQLException {
        transactions.incrementAndGet();
        if (away) {
            throw new SQLException("the database is away");
        }
        try (Connection connection = database.dataSource().getConnection()) {
            beforeWriting.run();
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException | InterruptedException e) {
            throw new SQLException("failed", e);
        }
    }
}
