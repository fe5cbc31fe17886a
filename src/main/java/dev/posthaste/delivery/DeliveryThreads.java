package dev.posthaste.delivery;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that deliver: virtual ones where Java has them (21 and newer), else platform threads with small stacks,
 * as many as there are slots at most. Thread-safe.
 */
public final class DeliveryThreads implements Executor, AutoCloseable {
    private static final int STACK_BYTES = 256 * 1024;
    private static final int IDLE_SECONDS = 30;
    private static final int SPARE = 16;

    private final ExecutorService threads;

    private DeliveryThreads(ExecutorService threads) {
        this.threads = threads;
    }

    /** The best that this Java offers for so many deliveries at the same time. */
    public static DeliveryThreads forSlots(int slots) {
        return new DeliveryThreads(Runtime.version().feature() >= 21 ? virtual() : platform(slots));
    }

    @Override
    public void execute(Runnable delivery) {
        threads.execute(delivery);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** By reflection, because the code is compiled for Java 17. */
    private static ExecutorService virtual() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Java 21 and newer have virtual threads", e);
        }
    }

    private static ExecutorService platform(int slots) {
        AtomicInteger number = new AtomicInteger();
        // A slot is free a moment before its thread is: hence the spare ones.
        return new ThreadPoolExecutor(
                0, slots + SPARE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "delivery-" + number.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
