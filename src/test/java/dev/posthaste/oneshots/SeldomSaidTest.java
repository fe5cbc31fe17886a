package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeldomSaidTest {
    private final List<Integer> lines = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 5;
    private final SeldomSaid seldom = new SeldomSaid(() -> nanos);

    @Test
    void theFirstIsSaidAtOnceAndTheOthersTogetherAfterFiveSeconds() {
        seldom.say(1, lines::add);
        nanos += 4_999_999_999L;
        seldom.say(2, lines::add);
        assertThat(lines).containsExactly(1);

        nanos++;
        seldom.say(3, lines::add);

        assertThat(lines).containsExactly(1, 5);
    }
}
