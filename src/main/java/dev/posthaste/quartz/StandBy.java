package dev.posthaste.quartz;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Whether a node is to claim, and whether it is at it. Quartz asks whether it is paused before it waits for a slot, and not
 * again when it has one. One thread claims; all else may come from any.
 */
final class StandBy {
    private boolean isOn;
    private boolean isClaiming;

    /** Nothing is to be claimed any more, or something again. */
    synchronized void set(boolean on) {
        isOn = on;
    }

    synchronized boolean isOn() {
        return isOn;
    }

    /** Whether the scheduler's thread may claim; then it is at it until {@link #settled}. */
    synchronized boolean begin() {
        isClaiming = !isOn;
        return isClaiming;
    }

    /** What was claimed is known to be, or waits again. */
    synchronized void settled() {
        isClaiming = false;
        notifyAll();
    }

    /** Waits until no claim is in progress, at most for {@code bound}; false when one still is. */
    synchronized boolean awaitSettled(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (isClaiming) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
