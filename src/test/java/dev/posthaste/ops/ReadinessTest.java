package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final Duty duty = new Duty(() -> {}, () -> {}, () -> {});
    private final List<String> ended = new ArrayList<>();
    private boolean databaseAnswers = true;
    private boolean isMember = true;
    private boolean isHeldUp;
    private final Readiness readiness =
            new Readiness(duty, () -> ended, () -> databaseAnswers, () -> isMember, () -> isHeldUp);

    @Test
    void callsComeToWhoWorksAndToWhoIsPaused() throws RefusedException {
        assertThat(readiness.obstacles()).isEmpty();

        duty.become(Duty.State.PAUSED);

        assertThat(readiness.obstacles()).isEmpty();
        assertThat(readiness.isPaused()).isTrue();
    }

    @Test
    void noCallsComeToWhoWasDrainedUntilItIsResumed() throws RefusedException {
        duty.become(Duty.State.DRAINED);
        assertThat(readiness.obstacles()).containsExactly("This server was drained by its operator.");

        duty.become(Duty.State.WORKING);
        assertThat(readiness.obstacles()).isEmpty();
    }

    @Test
    void noCallsComeToWhoStops() {
        duty.stop();

        assertThat(readiness.obstacles()).containsExactly("This server is stopping.");
        assertThat(readiness.isAlive()).isTrue();
    }

    @Test
    void eachReasonIsTold() {
        databaseAnswers = false;
        isMember = false;
        isHeldUp = true;

        assertThat(readiness.obstacles())
                .containsExactly(
                        "The database cannot be reached, or takes no changes.",
                        "This server could not check in for too long.",
                        "Outcomes of deliveries cannot be recorded just now.");
        assertThat(readiness.isAlive()).as("to be restarted does not help").isTrue();
    }

    @Test
    void whoHasLostAThreadIsNeitherReadyNorAlive() {
        ended.add("completion-writer");

        assertThat(readiness.obstacles()).containsExactly("This server has lost a thread and ends.");
        assertThat(readiness.isAlive()).isFalse();
    }
}
