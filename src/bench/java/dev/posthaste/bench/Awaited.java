package dev.posthaste.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a condition that has no signal. */
final class Awaited {
    interface Condition {
        boolean holds() throws Exception;
    }

    private static final Duration MAX = Duration.ofMinutes(3);

    private Awaited() {}

    /** Looks every {@code pause}; gives up after three minutes. */
    static void until(String what, Duration pause, Condition condition) throws Exception {
        long deadline = System.nanoTime() + MAX.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("Waited " + MAX.toSeconds() + " s for " + what);
            }
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
    }
}
