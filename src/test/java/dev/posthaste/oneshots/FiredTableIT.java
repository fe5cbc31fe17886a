package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c1', 'node', 'q1', 'work', 1, true, array['j1', 'j2', 'j3'], array[10, 20, 30],
                  array[5, 6, 7], array[0, 20000, 30000], B'000', 3)
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
        assertThat(meet(List.of(firing(1)), List.of(firing(1), firing(2)))).containsExactly(firing(2));

        assertThat(inFlight()).containsExactly(key(3));
        assertThat(remaining()).isOne();
    }

    /** The first releases of PostgreSQL 18 lose all but the first when the change is joined with the places to strike off. */
    @Test
    void twoWritersThatMeetAtSeveralClaimsBothCount() throws Exception {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'n' || n, 'node', 'q2', 'other', 1, true, array['n' || n, 'o' || n, 'p' || n],
                       array[10, 20, 30], array[5, 6, 7], array[0, 0, 0], B'000', 3
                  from generate_series(1, 2000) n
                """);
        database.execute("analyze qrtz_fired_one_shots");
        List<ClaimedOneShot> places = new ArrayList<>(List.of(firing(2)));
        IntStream.range(1, 100).forEach(n -> places.add(firing("n" + n, "o" + n, 2)));
        List<ClaimedOneShot> others = new ArrayList<>(List.of(firing(1)));
        IntStream.range(1, 100).forEach(n -> others.add(firing("n" + n, "n" + n, 1)));

        assertThat(meet(others, places)).hasSameElementsAs(places);

        assertThat(database.number("select sum(remaining) from qrtz_fired_one_shots"))
                .isEqualTo(2001 * 3 - 200);
    }

    private Set<ClaimedOneShot> meet(List<ClaimedOneShot> first, List<ClaimedOneShot> second) throws Exception {
        return database.meet(
                connection ->
                        assertThat(table.complete(connection, first).owned()).hasSameElementsAs(first),
                connection -> table.complete(connection, second).owned());
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
                        + " and trigger_group = 'q1' and priority = 6 and start_time = 20 and weight = 20000"))
                .isEqualTo(25);
    }

    @Test
    void whatHasEndedIsNotTakenFromADeadNode() throws SQLException {
        end(firing(2));
        try (Connection connection = database.dataSource().getConnection()) {
            FiredTable.Abandoned abandoned = table.abandon(connection, List.of("node"), 500);

            assertThat(abandoned.firings()).containsExactlyInAnyOrder(firing(1), firing(3));
            assertThat(abandoned.shots())
                    .contains(new OneShot(key(3), "work", Instant.ofEpochMilli(30), 7, 30_000))
                    .hasSize(2);
            assertThat(abandoned.gated()).containsEntry("q1", 2);
        }
        assertThat(rows()).isZero();
    }

    private FiredTable.Ended end(ClaimedOneShot... firings) throws SQLException {
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

    private static ClaimedOneShot firing(String claim, String name, int place) {
        OneShotKey key = new OneShotKey("q2", name);
        return new ClaimedOneShot(
                key, "other", claim, place, 3, Instant.ofEpochMilli(place * 10L), Instant.ofEpochMilli(1), 0);
    }

    private static ClaimedOneShot firing(int place) {
        Instant due = Instant.ofEpochMilli(place * 10L);
        return new ClaimedOneShot(
                key(place), "work", "c1", place, 3, due, Instant.ofEpochMilli(1), place == 3 ? 30_000 : 0);
    }
}
