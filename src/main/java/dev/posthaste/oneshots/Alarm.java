package dev.posthaste.oneshots;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes the scheduler thread at one instant: the earliest that was asked for. Thread-safe. */
final class Alarm implements AutoCloseable {
    private final Runnable wake;
    private final ScheduledThreadPoolExecutor timer;
    private @Nullable ScheduledFuture<?> pending;
    private long pendingAtNanos;

    Alarm(Runnable wake, WatchedThreads threads) {
        this.wake = wake;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "posthaste-alarm");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // Now, while there are threads to be had.
        timer.prestartAllCoreThreads();
        threads.watch("posthaste-alarm", timer);
    }

    /** Rings in {@code delayMs} milliseconds, or earlier if it is already set to. */
    synchronized void within(long delayMs) {
        if (delayMs <= 0) {
            wake.run();
            return;
        }
        long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        ScheduledFuture<?> current = pending;
        if (current != null && pendingAtNanos - at <= 0) {
            return;
        }
        if (current != null) {
            current.cancel(false);
        }
        pendingAtNanos = at;
        if (!timer.isShutdown()) {
            pending = timer.schedule(() -> ring(at), delayMs, TimeUnit.MILLISECONDS);
        }
    }

    /** Who is woken may set the next instant before this thread goes on, and must not find this one still pending. */
    private void ring(long at) {
        synchronized (this) {
            if (pendingAtNanos == at) {
                pending = null;
            }
        }
        wake.run();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
