package dev.posthaste.quartz;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.quartz.spi.ThreadPool;

/**
 * How many firings may be in flight on this node, as a Quartz thread pool that leaves the threads to an executor.
 * Thread-safe.
 */
final class Slots implements ThreadPool {
    private final int size;
    private final Executor executor;
    private int taken;
    private boolean closed;

    Slots(int size, Executor executor) {
        this.size = size;
        this.executor = executor;
    }

    @Override
    public boolean runInThread(Runnable firing) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            taken++;
        }
        try {
            executor.execute(() -> run(firing));
            return true;
        } catch (RejectedExecutionException e) {
            release();
            return false;
        }
    }

    private void run(Runnable firing) {
        if (firing instanceof LateEnding late) {
            late.run(this::release);
            return;
        }
        try {
            firing.run();
        } finally {
            release();
        }
    }

    private synchronized void release() {
        taken--;
        notifyAll();
    }

    @Override
    public synchronized int blockForAvailableThreads() {
        while (taken >= size && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 1;
            }
        }
        return Math.max(1, size - taken);
    }

    @Override
    public synchronized void shutdown(boolean waitForJobsToComplete) {
        closed = true;
        notifyAll();
    }

    @Override
    public void initialize() {}

    @Override
    public int getPoolSize() {
        return size;
    }

    @Override
    public void setInstanceId(String instanceId) {}

    @Override
    public void setInstanceName(String instanceName) {}
}
