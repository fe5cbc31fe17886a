package dev.posthaste;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process as SIGTERM does, so that the server stops and gives back what it holds, but with an exit code that makes
 * a supervisor start it again. What takes too long is cut off, for a server that lost a thread may wait for it.
 *
 * @param bound how long stopping may take
 */
record ProcessEnd(Duration bound) implements Runnable {
    /** As sysexits.h has it: an internal software error. */
    static final int EXIT_CODE = 70;

    @Override
    public void run() {
        Thread guard = new Thread(this::cutOff, "posthaste-end");
        guard.setDaemon(true);
        try {
            guard.start();
        } catch (OutOfMemoryError e) {
            // Nothing can be given up without a thread either.
            Runtime.getRuntime().halt(EXIT_CODE);
        }
        System.exit(EXIT_CODE);
    }

    private void cutOff() {
        try {
            // Nobody counts it down: a wait that is not a sleep.
            if (!new CountDownLatch(1).await(bound.toNanos(), TimeUnit.NANOSECONDS)) {
                Runtime.getRuntime().halt(EXIT_CODE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
