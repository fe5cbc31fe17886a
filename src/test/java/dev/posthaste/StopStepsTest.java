package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopStepsTest {
    private final StopSteps steps = new StopSteps();
    private final List<String> taken = new ArrayList<>();

    @Test
    void whatFailsKeepsNothingBehindItFromBeingStopped() {
        steps.take("one", () -> {
            throw new IllegalStateException("of a test");
        });
        steps.take("two", () -> {
            throw new AssertionError("of a test");
        });
        steps.take("three", () -> taken.add("three"));

        assertThat(taken).containsExactly("three");
        assertThatCode(steps::end).doesNotThrowAnyException();
    }

    @Test
    void behindAnInterruptNothingIsWaitedForAndAllIsStopped() {
        steps.take("one", () -> {
            throw new InterruptedException("of a test");
        });
        steps.take("two", () -> Thread.sleep(60_000));
        steps.take("three", () -> taken.add(Thread.currentThread().isInterrupted() ? "at once" : "later"));

        assertThat(taken).containsExactly("at once");
        assertThatThrownBy(steps::end).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
