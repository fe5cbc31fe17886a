package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits in some groups although it is due, at a cost that knows no size of a backlog. */
class OverdueGroupsIT {
    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void ofEachGroupWhatIsDueIsCountedAndItsOldestTold() throws SQLException {
        waiting("q1", 5, 3, "- interval '20 seconds'");
        waiting("q1", 9, 2, "- interval '90 seconds'");
        waiting("q1", 10, 1, "+ interval '1 hour'");
        waiting("q2", 5, 4, "+ interval '1 hour'");
        waiting("q3", 1, 1, "- interval '5 seconds'");

        Map<String, OverdueGroups.Overdue> overdue = read(List.of("q1", "q2", "q4"));

        assertThat(overdue).containsOnlyKeys("q1");
        OverdueGroups.Overdue late = Objects.requireNonNull(overdue.get("q1"));
        assertThat(late.count()).isEqualTo(5);
        assertThat(Duration.between(late.oldest(), Instant.now()))
                .isBetween(Duration.ofSeconds(89), Duration.ofSeconds(600));
    }

    @Test
    void whatAPauseHoldsBackIsNeitherCountedNorRead() throws SQLException {
        waiting("q1", 5, 2_000, "- interval '90 seconds'");
        database.execute(
                "insert into qrtz_group_gates (sched_name, trigger_group, paused) values ('posthaste', 'q1', true)");

        assertThat(read(List.of("q1"))).isEmpty();
        assertThat(rowsReadFor(List.of("q1"))).isZero();
    }

    @Test
    void ofALargeBacklogAThousandAreCountedWhateverTheirPriorities() throws SQLException {
        waiting("q1", 5, 1_500, "- interval '20 seconds'");
        waiting("q1", 9, 1_500, "- interval '90 seconds'");

        OverdueGroups.Overdue overdue =
                Objects.requireNonNull(read(List.of("q1")).get("q1"));

        assertThat(overdue.count()).isEqualTo(Standing.MOST_OF_ONE);
        assertThat(Duration.between(overdue.oldest(), Instant.now())).isGreaterThan(Duration.ofSeconds(89));
    }

    /** A team whose every queue has a backlog costs no more than one that has a few. */
    @Test
    void ofManyGroupsWithBacklogsEachIsCountedUpToItsShare() throws SQLException {
        List<String> groups = IntStream.range(0, 100).mapToObj(i -> "q" + i).toList();
        for (String group : groups) {
            waiting(group, 5, 300, "- interval '20 seconds'");
        }

        assertThat(read(groups))
                .hasSize(100)
                .allSatisfy((group, overdue) -> assertThat(overdue.count()).isEqualTo(200));
        assertThat(rowsReadFor(groups)).isLessThan(22_000);
        database.execute("analyze");
        assertThat(rowsReadFor(groups)).isLessThan(22_000);
    }

    private void waiting(String group, int priority, int count, String due) throws SQLException {
        database.execute("""
                insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                  prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
                select 'posthaste', 'j' || n || '-%2$d', '%1$s', 'delivery', 'one-shots',
                       floor(extract(epoch from clock_timestamp() %4$s) * 1000)::bigint, -1, %2$d, 'WAITING', 'ONCE', 0, 0,
                       0, 0
                  from generate_series(1, %3$d) n
                """.formatted(group, priority, count, due));
    }

    private Map<String, OverdueGroups.Overdue> read(List<String> groups) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return OverdueGroups.read(connection, "posthaste", groups);
        }
    }

    /** What the transaction has read of the triggers, by what PostgreSQL counts in it. */
    private long rowsReadFor(List<String> groups) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            OverdueGroups.read(connection, "posthaste", groups);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("""
                            select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
                             where relname = 'qrtz_triggers'
                            """)) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
