package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BodiesTest {
    @Test
    void nobodyHasLessTimeThanIsSaidAndThoseThatCameTogetherDoNotGoTogether() {
        List<Duration> drawn = Stream.generate(() -> Bodies.scattered(Duration.ofSeconds(10)))
                .limit(1_000)
                .toList();

        assertThat(drawn)
                .allSatisfy(slack -> assertThat(slack)
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(10))
                        .isLessThanOrEqualTo(Duration.ofSeconds(16)));
        assertThat(drawn.stream().distinct()).hasSizeGreaterThan(10);
    }
}
