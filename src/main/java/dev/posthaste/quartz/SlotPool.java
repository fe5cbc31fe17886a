package dev.posthaste.quartz;

import dev.posthaste.oneshots.Slots;
import org.quartz.spi.ThreadPool;

/** A node's slots as the thread pool that Quartz asks for. Thread-safe. */
record SlotPool(Slots slots) implements ThreadPool {
    @Override
    public boolean runInThread(Runnable firing) {
        return slots.run(firing);
    }

    @Override
    public int blockForAvailableThreads() {
        return slots.awaitFree();
    }

    @Override
    public void shutdown(boolean waitForJobsToComplete) {
        slots.close();
    }

    @Override
    public int getPoolSize() {
        return slots.size();
    }

    @Override
    public void initialize() {}

    @Override
    public void setInstanceId(String instanceId) {}

    @Override
    public void setInstanceName(String instanceName) {}
}
