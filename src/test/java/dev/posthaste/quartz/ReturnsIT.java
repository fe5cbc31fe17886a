package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.db.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quartz.JobPersistenceException;

class ReturnsIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final Held held = new Held(Map.of());
    private final Returns returns =
            new Returns(new FiredTable("posthaste"), new GateTable("posthaste"), held, this::inTransaction);
    private boolean away;

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
        assertThatThrownBy(returns::again).isInstanceOf(JobPersistenceException.class);
        assertThat(waiting()).isZero();

        away = false;
        returns.again();

        assertThat(waiting()).isOne();
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
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

    private void putBack() {
        putBack(Return.AT_ONCE);
    }

    private void putBack(Return back) {
        OneShotKey key = new OneShotKey("q1", "j1");
        List<FiredOneShot> firings = List.of(
                new FiredOneShot(key, "work", "c1", 1, 1, Instant.ofEpochMilli(10), Instant.ofEpochMilli(1), 0));
        held.claimed(firings);
        returns.putBack(firings, back);
    }

    private long waiting() throws SQLException {
        return database.number("select count(*) from qrtz_triggers where trigger_state = 'WAITING'");
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws JobPersistenceException {
        if (away) {
            throw new JobPersistenceException("the database is away");
        }
        try (Connection connection = database.dataSource().getConnection()) {
            return work.in(connection);
        } catch (SQLException e) {
            throw new JobPersistenceException("failed", e);
        }
    }
}
