package dev.posthaste.oneshots;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes the scheduler thread at one instant: the earliest that was asked for. Thread-safe. */
final class Alarm implements AutoCloseable {
    private final Runnable wake;
    private final Timer timer;
    private @Nullable Runnable takesBack;
    private long pendingAtNanos;
    private boolean closed;

    Alarm(Runnable wake, Timer timer) {
        this.wake = wake;
        this.timer = timer;
    }

    /** Rings in {@code delayMs} milliseconds, or earlier if it is already set to. */
    synchronized void within(long delayMs) {
        if (delayMs <= 0) {
            wake.run();
            return;
        }
        long at = timer.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        Runnable pending = takesBack;
        if (closed || (pending != null && pendingAtNanos - at <= 0)) {
            return;
        }
        if (pending != null) {
            pending.run();
            takesBack = null;
        }
        pendingAtNanos = at;
        takesBack = timer.in(delayMs, () -> ring(at));
    }

    /** Who is woken may set the next instant before this thread goes on, and must not find this one still pending. */
    private void ring(long at) {
        synchronized (this) {
            if (pendingAtNanos == at) {
                takesBack = null;
            }
        }
        wake.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (takesBack != null) {
            takesBack.run();
        }
        timer.close();
    }
}
