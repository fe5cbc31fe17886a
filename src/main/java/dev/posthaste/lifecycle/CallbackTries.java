package dev.posthaste.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** When a callback that was not taken is tried again: five tries in all, further and further apart. */
public final class CallbackTries {
    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(300), Duration.ofSeconds(1_800));

    private CallbackTries() {}

    /** From the first try to the last, as long as each takes no time and nobody asks for more. */
    public static Duration fromFirstToLast() {
        return PAUSES.stream().reduce(Duration.ZERO, Duration::plus);
    }

    /** The pause after {@code tried} failed tries (from 1 on); empty when that was the last. */
    public static Optional<Duration> pauseAfter(int tried) {
        return tried <= PAUSES.size() ? Optional.of(PAUSES.get(tried - 1)) : Optional.empty();
    }
}
