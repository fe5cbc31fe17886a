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

    @Test
    void whatIsRemovedTakesNothingBackOfWhatHasHappened() {
        for (FinalStatus end : FinalStatus.values()) {
            assertThat(CountChange.removed(end, false).tally()).isEqualTo(Tally.NONE);
        }
    }

    @Test
    void whatIsNewIsAcceptedAndWhatIsCancelledWaitsNoMore() {
        assertThat(CountChange.accepted(3)).isEqualTo(new CountChange(3, 0, 0, 0, Tally.accepted(3)));
        assertThat(CountChange.cancelled(3)).isEqualTo(new CountChange(-3, 0, 0, 0, Tally.cancelled(3)));
    }

    @Test
    void changesOfBothKindsAreAdded() {
        Tally one = new Tally(1, 2, 3, 4, 5, 6);

        assertThat(new CountChange(1, 2, 3, 4, one).and(new CountChange(10, 20, 30, 40, one)))
                .isEqualTo(new CountChange(11, 22, 33, 44, new Tally(2, 4, 6, 8, 10, 12)));
        assertThat(Tally.ofFailure(true, false)).isEqualTo(new Tally(0, 0, 1, 1, 0, 0));
        assertThat(Tally.ofFailure(false, true)).isEqualTo(new Tally(0, 0, 1, 0, 1, 0));
    }
}
