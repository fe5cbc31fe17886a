package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DutyTest {
    private final List<String> done = new ArrayList<>();
    private final Duty duty = new Duty(() -> done.add("stand by"), () -> done.add("resume"), () -> done.add("stop"));

    @Test
    void whoIsPausedTakesCallsAndClaimsNothing() throws RefusedException {
        duty.become(Duty.State.PAUSED);

        assertThat(duty.isOpen()).isTrue();
        assertThat(done).containsExactly("stand by");
    }

    @Test
    void whoIsDrainedTakesNoCallsEither() throws RefusedException {
        duty.become(Duty.State.DRAINED);

        assertThat(duty.isOpen()).isFalse();
        assertThat(done).containsExactly("stand by");
    }

    @Test
    void resumingUndoesEither() throws RefusedException {
        duty.become(Duty.State.WORKING);
        assertThat(done).as("nothing was to be undone").isEmpty();

        duty.become(Duty.State.DRAINED);
        duty.become(Duty.State.WORKING);

        assertThat(duty.isOpen()).isTrue();
        assertThat(done).containsExactly("stand by", "resume");
    }

    @Test
    void whoStopsIsNeverToldToWorkAgain() {
        duty.stop();

        assertThatThrownBy(() -> duty.become(Duty.State.WORKING)).hasMessage("This node is stopping.");
        assertThat(duty.isOpen()).isFalse();
        assertThat(done).containsExactly("stop");
    }
}
