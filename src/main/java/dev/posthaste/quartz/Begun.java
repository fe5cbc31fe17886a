package dev.posthaste.quartz;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The firings that have begun and not ended; after {@link #close} no further one begins. Thread-safe. */
final class Begun {
    private final Set<FiredOneShot> firings = new HashSet<>();
    private boolean closed;

    synchronized boolean begin(FiredOneShot firing) {
        return !closed && firings.add(firing);
    }

    synchronized void end(FiredOneShot firing) {
        firings.remove(firing);
        notifyAll();
    }

    synchronized void close() {
        closed = true;
    }

    synchronized boolean has(FiredOneShot firing) {
        return firings.contains(firing);
    }

    synchronized int count() {
        return firings.size();
    }

    /** Waits until all have ended, at most for {@code bound}; false when some have not. */
    synchronized boolean awaitNone(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!firings.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
