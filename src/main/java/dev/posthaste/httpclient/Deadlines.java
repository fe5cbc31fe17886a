package dev.posthaste.httpclient;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The timer of all exchanges, and of what is to be done now and then. Thread-safe. */
final class Deadlines implements AutoCloseable {
    private static final int THREADS = 2;

    private final ScheduledThreadPoolExecutor timer;

    Deadlines() {
        this.timer = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "posthaste-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // Now, while there are threads to be had: without these no exchange would end in time.
        timer.prestartAllCoreThreads();
    }

    /** Begins an exchange. Close the deadline when it is over. */
    Deadline begin(Duration timeout) {
        return new Deadline(this, timeout);
    }

    Future<?> in(long nanos, Runnable task) {
        return timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    void every(Duration pause, Runnable task) {
        // The task tells of its failures itself.
        Future<?> unused = timer.scheduleWithFixedDelay(task, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
