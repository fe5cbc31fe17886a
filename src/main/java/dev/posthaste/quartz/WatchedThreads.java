package dev.posthaste.quartz;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.quartz.spi.ThreadExecutor;

/** Starts the threads that a node cannot live without, Quartz's own among them, and tells which have ended. Thread-safe. */
final class WatchedThreads implements ThreadExecutor {
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Thread thread) {
        threads.add(thread);
        thread.start();
    }

    @Override
    public void initialize() {}

    /** The names of those that have ended. */
    List<String> ended() {
        return threads.stream()
                .filter(thread -> !thread.isAlive())
                .map(Thread::getName)
                .toList();
    }
}
