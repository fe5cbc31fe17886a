package dev.posthaste.terminal;

import java.time.Duration;

/** Waits. */
final class Patience {
    private Patience() {}

    static void waitFor(Duration time) {
        try {
            Thread.sleep(Math.max(0, time.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.unreachable("The command was interrupted.");
        }
    }
}
