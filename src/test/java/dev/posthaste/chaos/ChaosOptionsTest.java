package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosOptionsTest {
    @Test
    void withoutOptionsItIsTenMinutesOfASeedThatWasDrawn() {
        ChaosOptions options = ChaosOptions.parse(List.of(), 42);

        assertThat(options).isEqualTo(new ChaosOptions(Duration.ofMinutes(10), 42, 30, Allowances.DEFAULT));
    }

    @Test
    void eachOptionIsTaken() {
        ChaosOptions options = ChaosOptions.parse(
                List.of("--minutes", "1.5", "--seed", "7", "--rate", "5", "--take-over", "4.5", "--late", "3"), 42);

        assertThat(options.length()).isEqualTo(Duration.ofSeconds(90));
        assertThat(options.seed()).isEqualTo(7);
        assertThat(options.rate()).isEqualTo(5);
        assertThat(options.allowances().takeOver()).isEqualTo(Duration.ofMillis(4_500));
        assertThat(options.allowances().late()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatIsNoOptionIsRefusedWithItsUsage() {
        for (List<String> wrong : List.of(
                List.of("--minutes"), List.of("--minutes", "x"), List.of("--hours", "1"), List.of("--rate", "0"))) {
            assertThatThrownBy(() -> ChaosOptions.parse(wrong, 42)).hasMessageContaining("Usage: chaos");
        }
    }
}
