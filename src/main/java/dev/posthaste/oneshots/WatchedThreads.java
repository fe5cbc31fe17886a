package dev.posthaste.oneshots;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;

/** Starts the threads that a node cannot live without, the scheduler's own among them, and tells which have ended. Thread-safe. */
public final class WatchedThreads {
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Map<String, ThreadPoolExecutor> timers = new ConcurrentHashMap<>();

    /** Starts one that is to live as long as the node. */
    public void start(Thread thread) {
        thread.start();
        threads.add(thread);
    }

    /** Watches the thread of a timer, which is not there while there is nothing to do. */
    void watch(String name, ThreadPoolExecutor timer) {
        timers.put(name, timer);
    }

    /** The names of those that have ended and cannot be started again. */
    public List<String> ended() {
        return Stream.concat(
                        threads.stream().filter(thread -> !thread.isAlive()).map(Thread::getName),
                        timers.entrySet().stream()
                                .filter(timer -> hasEnded(timer.getValue()))
                                .map(Map.Entry::getKey))
                .sorted()
                .toList();
    }

    /** A timer replaces its thread by itself, unless it could not when the thread ended. */
    private static boolean hasEnded(ThreadPoolExecutor timer) {
        if (timer.isShutdown() || timer.getPoolSize() > 0 || timer.getQueue().isEmpty()) {
            return false;
        }
        try {
            return !timer.prestartCoreThread() && timer.getPoolSize() == 0;
        } catch (OutOfMemoryError e) {
            // So Java says that the machine gives it no thread.
            return true;
        }
    }
}
