package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.db.TestDatabase;
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
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group,
                  next_fire_time, prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time,
                  misfire_instr)
                select 'posthaste', 'j' || n, 'q1', 'work', 'one-shots', 1, -1, 5, 'WAITING', 'ONCE', 1, 0, -1
                  from generate_series(1, %d) n""".formatted(TRIGGERS));
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

    private void claimInto(List<String> claimed, Connection connection, String prefix) throws SQLException {
        List<OneShotClaim.Share> shares = List.of(new OneShotClaim.Share("q1", 5, 400));
        claim.claim(connection, "node", prefix, 10, shares, List.of())
                .taken()
                .forEach(one -> claimed.add(one.firing().key().name()));
        connection.commit();
    }

    private void reschedule(int offset, AtomicBoolean done) {
        try (Connection connection = database.dataSource().getConnection()) {
            for (int i = 0; !done.get(); i++) {
                String name = "j" + (1 + (i * 2 + offset) % TRIGGERS);
                table.reschedule(connection, new OneShotKey("q1", name), Instant.ofEpochMilli(2), 5);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
