package dev.posthaste.httpclient;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The end of one exchange's time: cancels what the exchange is busy with, whatever that is. One thread runs the exchange,
 * another may let the deadline pass.
 */
final class Deadline implements AutoCloseable {
    private final Deadlines timer;
    private long at;
    private long stoodStill;
    private Future<?> alarm;
    private volatile boolean hasPassed;

    /** Guarded by this object, so that nothing is cancelled that the exchange has already let go of. */
    private @Nullable Cancellable atStake;

    Deadline(Deadlines timer, Duration timeout) {
        this.timer = timer;
        this.at = System.nanoTime() + timeout.toNanos();
        this.alarm = timer.in(timeout.toNanos(), this::pass);
    }

    /** Whether time was up, whatever the client then threw. */
    boolean hasPassed() {
        return hasPassed;
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, at - System.nanoTime()));
    }

    /** How long the clock has stood still. */
    Duration stoodStill() {
        return Duration.ofNanos(stoodStill);
    }

    /** What is cancelled when time is up, in place of what was named before. */
    synchronized void puts(Cancellable work) throws SocketTimeoutException {
        atStake = work;
        if (hasPassed) {
            work.cancel();
            throw new SocketTimeoutException("the exchange's time was up");
        }
    }

    /** From now on nothing is cancelled. */
    synchronized void putsNothing() {
        atStake = null;
    }

    /** Runs what is not the receiver's to answer for: the clock stands still meanwhile. */
    <T> T standStill(Waiting<T> waiting) throws InterruptedException {
        alarm.cancel(false);
        long began = System.nanoTime();
        try {
            return waiting.await();
        } finally {
            long waited = System.nanoTime() - began;
            stoodStill += waited;
            at += waited;
            alarm = timer.in(left().toNanos(), this::pass);
        }
    }

    private synchronized void pass() {
        hasPassed = true;
        if (atStake != null) {
            atStake.cancel();
        }
    }

    @Override
    public void close() {
        alarm.cancel(false);
        putsNothing();
    }

    /** Something that takes time. */
    interface Waiting<T> {
        T await() throws InterruptedException;
    }
}
