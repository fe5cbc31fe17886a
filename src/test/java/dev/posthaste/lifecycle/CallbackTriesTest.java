package dev.posthaste.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallbackTriesTest {
    @Test
    void theFiveTriesAreFurtherAndFurtherApart() {
        assertThat(IntStream.rangeClosed(1, 4)
                        .mapToObj(CallbackTries::pauseAfter)
                        .map(pause -> pause.map(Duration::toSeconds).orElseThrow()))
                .containsExactly(10L, 60L, 300L, 1_800L);
        assertThat(CallbackTries.pauseAfter(5)).isEmpty();
    }
}
