package dev.posthaste.delivery;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that deliver: virtual ones where Java has them (21 and newer), else {@link ElasticThreads}, as many
 * as there are slots at most. Thread-safe.
 */
public final class DeliveryThreads implements Executor, AutoCloseable {
    private final ExecutorService threads;

    private DeliveryThreads(ExecutorService threads) {
        this.threads = threads;
    }

    /** The best that this Java offers for so many deliveries at the same time. */
    public static DeliveryThreads forSlots(int slots) {
        return new DeliveryThreads(Runtime.version().feature() >= 21 ? virtual() : new ElasticThreads(slots));
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
}
