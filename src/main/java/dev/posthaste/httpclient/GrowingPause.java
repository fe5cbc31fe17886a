package dev.posthaste.httpclient;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The pauses between looks at something that is waited for, an eighth later each time than it has lasted: a selector would
 * keep a carrier of virtual threads, and descriptors, for as long. Not thread-safe.
 */
final class GrowingPause {
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private long began = System.nanoTime();

    /** What is waited for from now on is something else. */
    void beginAgain() {
        began = System.nanoTime();
    }

    /** Pauses, for so long at most. */
    void await(long maxNanos) throws ClosedByInterruptException {
        long pause = Math.min(MAX_NANOS, SHORTEST_NANOS + (System.nanoTime() - began) / 8);
        LockSupport.parkNanos(this, Math.max(1, Math.min(pause, maxNanos)));
        if (Thread.currentThread().isInterrupted()) {
            // It could not wait any more, only look without end; what waits in the system ends here, too.
            throw new ClosedByInterruptException();
        }
    }
}
