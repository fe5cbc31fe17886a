package dev.posthaste.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RecentTimesTest {
    private static final int MAX_QUEUES = 10_000;

    private final RecentTimes recent = new RecentTimes();

    /** Clients make queues, and each would stay in memory until the database takes what is known of it. */
    @Test
    void moreQueuesThanThereIsRoomForAreCountedForTheirTeamAlone() {
        for (int i = 1; i <= MAX_QUEUES + 100; i++) {
            recent.add(attempt(i));
        }
        recent.add(attempt(1));

        Map<StatsRow.Key, RecentTimes.OfQueue> taken = recent.take();

        assertThat(taken).hasSize(MAX_QUEUES + 1);
        assertThat(count(taken, StatsRow.Key.ofTeam(7))).isEqualTo(100);
        assertThat(count(taken, new StatsRow.Key(7, 1))).isEqualTo(2);
        assertThat(recent.take()).isEmpty();
    }

    private static long count(Map<StatsRow.Key, RecentTimes.OfQueue> taken, StatsRow.Key key) {
        return Objects.requireNonNull(taken.get(key)).lateness().count();
    }

    private static Attempt attempt(long queue) {
        return new Attempt(7, queue, "q", 1, 1, null, null);
    }
}
