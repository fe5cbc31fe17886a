package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenJobsTest {
    private final SeenJobs seen = new SeenJobs();

    @Test
    void aJobIsNewOnceAlsoWhereItBecomesVisibleAfterALaterOne() {
        seen.begin(10);

        assertThat(seen.add(13)).isTrue();
        assertThat(seen.add(12)).isTrue();
        assertThat(seen.add(12)).isFalse();
        assertThat(seen.add(10)).isFalse();
    }

    @Test
    void whatIsForgottenCountsAsShown() {
        seen.begin(0);
        for (long id = 1; id <= 25_000; id++) {
            assertThat(seen.add(id)).isTrue();
        }

        for (long id = 1; id <= 25_000; id++) {
            assertThat(seen.add(id)).isFalse();
        }
    }

    @Test
    void anotherDatabaseIsToldByItsSmallerIds() {
        seen.begin(500);

        assertThat(seen.isBelow(7)).isTrue();
        assertThat(seen.isBelow(501)).isFalse();
    }
}
