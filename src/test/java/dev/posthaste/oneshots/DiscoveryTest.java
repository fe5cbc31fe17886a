package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
    @ParameterizedTest
    @CsvSource({"0, 250", "25, 250", "26, 260", "80, 800", "5000, 800"})
    void aLookThatTakesLongIsRepeatedMoreSeldom(long took, long pause) {
        assertThat(Discovery.pauseAfter(took)).isEqualTo(pause);
    }
}
