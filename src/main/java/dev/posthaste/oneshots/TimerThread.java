package dev.posthaste.oneshots;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The machine's steady clock, and a thread of its own. Thread-safe. */
final class TimerThread implements Timer {
    private final ScheduledThreadPoolExecutor timer;
    private final Semaphore never = new Semaphore(0);

    /** @param name the thread's */
    TimerThread(String name, WatchedThreads watched) {
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // Now, while there are threads to be had: without it nothing that was claimed early could be fired.
        timer.prestartAllCoreThreads();
        watched.watch(name, timer);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Runnable in(long delayMs, Runnable task) {
        Future<?> pending = timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        return () -> pending.cancel(false);
    }

    @Override
    public void pause(long ms) throws InterruptedException {
        boolean unused = never.tryAcquire(ms, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
