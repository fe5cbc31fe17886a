package dev.posthaste.queues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FinalStatus;
import org.junit.jupiter.api.Test;

class CountChangeTest {
    @Test
    void whatIsRemovedLeavesTheCountThatItWasIn() {
        assertThat(CountChange.removed(FinalStatus.SUCCESS, false)).isEqualTo(new CountChange(0, -1, 0, 0));
        assertThat(CountChange.removed(FinalStatus.FAILED_NO_RETRIES, false)).isEqualTo(new CountChange(0, 0, -1, 0));
        assertThat(CountChange.removed(FinalStatus.DEAD_LETTERED, false)).isEqualTo(new CountChange(0, 0, 0, -1));
        assertThat(CountChange.removed(null, false)).isEqualTo(CountChange.NONE);
    }

    @Test
    void aDeadLetterThatWasReplayedHasLeftItsCountBefore() {
        assertThat(CountChange.removed(FinalStatus.DEAD_LETTERED, true)).isEqualTo(CountChange.NONE);
    }
}
