package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.db.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiredTableIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final FiredTable table = new FiredTable("posthaste");

    @BeforeEach
    void threeWereClaimedTogether() throws SQLException {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, ended, remaining)
                values ('posthaste', 'c1', 'node', 'q1', 'work', 1, true, array['j1', 'j2', 'j3'], array[10, 20, 30],
                  array[5, 6, 7], B'000', 3)
                """);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theRowStaysUntilTheLastHasEnded() throws SQLException {
        assertThat(end(firing(2)).owned()).containsExactly(firing(2));
        assertThat(remaining()).isEqualTo(2);
        assertThat(inFlight()).containsExactlyInAnyOrder(key(1), key(3));

        assertThat(end(firing(1), firing(3)).gated()).containsEntry("q1", 2);
        assertThat(rows()).isZero();
    }

    @Test
    void whatEndsTogetherGoesTogether() throws SQLException {
        FiredTable.Ended ended = end(firing(1), firing(2), firing(3));

        assertThat(ended.owned()).hasSize(3);
        assertThat(ended.gated()).containsEntry("q1", 3);
        assertThat(rows()).isZero();
    }

    @Test
    void noneEndsTwice() throws SQLException {
        end(firing(2));

        FiredTable.Ended again = end(firing(1), firing(2), firing(3));

        assertThat(again.owned()).containsExactlyInAnyOrder(firing(1), firing(3));
        assertThat(again.gated()).containsEntry("q1", 2);
        assertThat(end(firing(1)).owned()).isEmpty();
    }

    @Test
    void twoWritersThatEndPartsOfAClaimAtOnceBothCount() throws Exception {
        try (Connection one = database.dataSource().getConnection();
                Connection other = database.dataSource().getConnection()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            assertThat(table.complete(one, List.of(firing(1))).owned()).hasSize(1);
            CompletableFuture<Set<FiredOneShot>> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    Set<FiredOneShot> owned =
                            table.complete(other, List.of(firing(1), firing(2))).owned();
                    other.commit();
                    return owned;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> database.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()")
                    == 1);

            one.commit();

            assertThat(waiting.get()).containsExactly(firing(2));
        }
        assertThat(inFlight()).containsExactly(key(3));
        assertThat(remaining()).isOne();
    }

    @Test
    void whatIsPutBackWaitsAgainAsItWas() throws SQLException {
        end(firing(1));
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(table.putBack(connection, List.of(firing(1), firing(2)), 25)
                            .owned())
                    .containsExactly(firing(2));
        }

        assertThat(inFlight()).containsExactly(key(3));
        assertThat(database.number("select count(*) from qrtz_triggers")).isOne();
        assertThat(database.number("select next_fire_time from qrtz_triggers where trigger_name = 'j2'"
                        + " and trigger_group = 'q1' and priority = 6 and start_time = 20"))
                .isEqualTo(25);
    }

    @Test
    void whatHasEndedIsNotTakenFromADeadNode() throws SQLException {
        end(firing(2));
        try (Connection connection = database.dataSource().getConnection()) {
            FiredTable.Abandoned abandoned = table.abandon(connection, List.of("node"));

            assertThat(abandoned.firings()).containsExactlyInAnyOrder(firing(1), firing(3));
            assertThat(abandoned.shots())
                    .contains(new OneShot(key(3), "work", Instant.ofEpochMilli(30), 7))
                    .hasSize(2);
            assertThat(abandoned.gated()).containsEntry("q1", 2);
        }
        assertThat(rows()).isZero();
    }

    private FiredTable.Ended end(FiredOneShot... firings) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return table.complete(connection, List.of(firings));
        }
    }

    private Set<OneShotKey> inFlight() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            Set<OneShotKey> ofKind = table.executing(connection, "work");
            assertThat(table.executing(connection, List.of(key(1), key(2), key(3))))
                    .isEqualTo(ofKind);
            return ofKind;
        }
    }

    private long remaining() throws SQLException {
        return database.number("select remaining from qrtz_fired_one_shots");
    }

    private long rows() throws SQLException {
        return database.number("select count(*) from qrtz_fired_one_shots");
    }

    private static OneShotKey key(int place) {
        return new OneShotKey("q1", "j" + place);
    }

    private static FiredOneShot firing(int place) {
        Instant due = Instant.ofEpochMilli(place * 10L);
        return new FiredOneShot(key(place), "work", "c1", place, 3, due, Instant.ofEpochMilli(1));
    }
}
