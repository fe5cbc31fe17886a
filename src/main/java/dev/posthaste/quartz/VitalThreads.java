package dev.posthaste.quartz;

import dev.posthaste.oneshots.WatchedThreads;
import org.quartz.spi.ThreadExecutor;

/** Has Quartz's own threads watched. Thread-safe. */
record VitalThreads(WatchedThreads watched) implements ThreadExecutor {
    @Override
    public void execute(Thread thread) {
        watched.start(thread);
    }

    @Override
    public void initialize() {}
}
