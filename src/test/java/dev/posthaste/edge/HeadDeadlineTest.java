package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadDeadlineTest {
    @Test
    void nobodyHasLessTimeThanIsSaidAndThoseThatCameTogetherDoNotGoTogether() {
        int[] drawn =
                IntStream.generate(HeadDeadline::scatteredPercent).limit(1_000).toArray();

        assertThat(IntStream.of(drawn)).allMatch(percent -> percent >= 100 && percent <= 160);
        assertThat(IntStream.of(drawn).distinct().count()).isGreaterThan(10);
    }
}
