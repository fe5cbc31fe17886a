package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.postgres.DatabaseConfig;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OneShotClaimIT {
    private static final int TRIGGERS = 4_000;

    private final TestDatabase database = TestDatabase.fresh();
    private final OneShotClaim claim = new OneShotClaim("posthaste");
    private final OneShotTable table = new OneShotTable("posthaste");

    @AfterEach
    void close() {
        database.close();
    }

    /** A claim that finds a trigger as it was, and has it locked as it is by now, must not fire it and leave it behind. */
    @Test
    void whatIsRescheduledWhileItIsClaimedIsEitherClaimedOrWaits() throws Exception {
        store(1, TRIGGERS);
        AtomicBoolean done = new AtomicBoolean();
        List<CompletableFuture<Void>> reschedulers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int offset = i;
            reschedulers.add(CompletableFuture.runAsync(() -> reschedule(offset, done)));
        }
        List<String> claimed = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0, before = -1; before < claimed.size(); i++) {
                before = claimed.size();
                for (int again = 0; again < 10; again++) { // What is being rescheduled just now is skipped.
                    claimInto(claimed, connection, i + "." + again + ".");
                }
            }
        } finally {
            done.set(true);
        }
        reschedulers.forEach(CompletableFuture::join);

        assertThat(claimed).doesNotHaveDuplicates();
        assertThat(database.number("select count(*) from qrtz_triggers")).isEqualTo(TRIGGERS - claimed.size());
        assertThat(database.number("select sum(remaining) from qrtz_fired_one_shots"))
                .isEqualTo(claimed.size());
    }

    /** A heavy one is passed over, so that what is taken is not what is due first. */
    @Test
    void theNextOneIsNoneOfThoseThatWereTakenBehindOneThatDoesNotFit() throws Exception {
        store(1, 5);
        database.execute(
                "update qrtz_triggers set weight = 5000, next_fire_time = 0 where trigger_name in ('j1', 'j2')");
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Backlog.Claims found =
                    claim.claim(connection, "node", "c.", 10, List.of(new Backlog.Share("q1", 5, 4, 0, 2)), List.of());
            connection.commit();

            assertThat(found.taken())
                    .extracting(one -> one.firing().key().name())
                    .containsExactlyInAnyOrder("j3", "j4", "j5");
            assertThat(found.next()).singleElement().satisfies(next -> {
                assertThat(next.weight()).isEqualTo(5_000);
                assertThat(next.notBefore()).isZero();
            });
        }
    }

    /** After a backlog the table is as good as empty for the planner: reading all and sorting it would cost nothing. */
    @Test
    void aClaimReadsWhatItTakesWhateverTheStatisticsSay() throws Exception {
        database.execute("alter table qrtz_triggers set (autovacuum_enabled = false)");
        store(1, 40_000);
        database.execute("delete from qrtz_triggers where trigger_name !~ '^j400[1-9]$'");
        database.execute("vacuum analyze qrtz_triggers");
        store(40_001, 60_000);
        ConnectionPools pools =
                new ConnectionPools(database.target(), new DatabaseConfig(), "posthaste test", new MetricRegistry());
        long before = rowsRead();

        List<String> claimed = new ArrayList<>();
        try (Connection connection = pools.scheduler().getConnection()) {
            connection.setAutoCommit(false);
            claimInto(claimed, connection, "c.");
        } finally {
            pools.close();
        }

        assertThat(claimed).hasSize(400);
        await().until(() -> rowsRead() > before);
        assertThat(rowsRead() - before).isLessThan(2_000);
    }

    private void store(int first, int last) throws SQLException {
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                select 'posthaste', 'j' || n, 'q1', 'work', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1
                  from generate_series(%d, %d) n""".formatted(first, last));
    }

    private long rowsRead() throws SQLException {
        return database.number(
                "select sum(idx_tup_read)::bigint from pg_stat_user_indexes where relname = 'qrtz_triggers'");
    }

    private void claimInto(List<String> claimed, Connection connection, String prefix) throws SQLException {
        List<Backlog.Share> shares = List.of(new Backlog.Share("q1", 5, 400, Long.MAX_VALUE, 0));
        claim.claim(connection, "node", prefix, 10, shares, List.of())
                .taken()
                .forEach(one -> claimed.add(one.firing().key().name()));
        connection.commit();
    }

    private void reschedule(int offset, AtomicBoolean done) {
        try (Connection connection = database.dataSource().getConnection()) {
            for (int i = 0; !done.get(); i++) {
                String name = "j" + (1 + (i * 2 + offset) % TRIGGERS);
                table.reschedule(connection, new OneShotKey("q1", name), Instant.ofEpochMilli(2), 5, null);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
