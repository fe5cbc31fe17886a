package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the database tells of a cluster, to operators. */
class MemberIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final OneShots oneShots = new OneShots("posthaste");

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoIsAMemberIsToldWithTheAgeOfItsCheckInAndWhatItHolds() throws SQLException {
        database.execute("insert into qrtz_scheduler_state values ('posthaste', 'one',"
                + " extract(epoch from clock_timestamp())::bigint * 1000 - 60000, 8000)");
        hold("one", "11", 0);
        hold("one", "10", 1);

        assertThat(members()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("one");
            assertThat(one.checkInAgeMs()).isGreaterThan(58_000);
            assertThat(one.leaseMs()).isEqualTo(8_000);
            assertThat(one.held()).isEqualTo(1);
            assertThat(one.isGone()).isFalse();
        });
    }

    @Test
    void whoHasLeftSomethingBehindIsToldThoughItIsNoMember() throws SQLException {
        hold("gone", "000", 3);

        assertThat(members()).singleElement().satisfies(gone -> {
            assertThat(gone.isGone()).isTrue();
            assertThat(gone.held()).isEqualTo(3);
        });
    }

    @Test
    void theFirstThatWaitsIsOneThatNoPauseHoldsBack() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            assertThat(oneShots.firstWaiting(connection)).isEmpty();
            OneShot early = Shots.in(Duration.ofHours(-1), "paused", "a");
            OneShot late = Shots.in(Duration.ofHours(1), "open", "b");
            oneShots.store(connection, List.of(early, late));
            assertThat(oneShots.firstWaiting(connection)).contains(inMillis(early));

            oneShots.setGate(connection, "paused", new Gate(true, null, null));

            assertThat(oneShots.firstWaiting(connection)).contains(inMillis(late));
        }
    }

    private static Instant inMillis(OneShot shot) {
        return shot.due().truncatedTo(ChronoUnit.MILLIS);
    }

    private List<Member> members() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return oneShots.members(connection);
        }
    }

    private void hold(String instance, String ended, int remaining) throws SQLException {
        database.execute(
                "insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name,"
                        + " fired_time, counted, trigger_names, due_times, priorities, weights, ended, remaining) values"
                        + " ('posthaste', gen_random_uuid(), '" + instance
                        + "', 'g', 'work', 0, false, '{}', '{}', '{}', '{}', b'"
                        + ended + "', " + remaining + ")");
    }
}
