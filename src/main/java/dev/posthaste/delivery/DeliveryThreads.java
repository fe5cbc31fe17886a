package dev.posthaste.delivery;

import dev.posthaste.quartz.FiringThreads;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that deliver: virtual ones where Java has them (21 and newer), else {@link ElasticThreads}, as many as there
 * are slots at most. Then the first few deliveries of each queue have threads of their own, and what waits for a thread takes
 * turns by queue: nobody waits behind hundreds of another queue's whose receiver is slow, until a busy machine has made
 * threads for all of those. Thread-safe.
 */
public final class DeliveryThreads implements FiringThreads, AutoCloseable {
    private static final int FIRST_OF_EACH_QUEUE = 4;
    private static final int IDLE_SECONDS = 10;

    private final ExecutorService threads;
    private final ExecutorService threadsOfFirst;
    private final Lanes lanes = new Lanes();
    private final Map<String, Integer> running = new ConcurrentHashMap<>();

    private DeliveryThreads(ExecutorService threads, ExecutorService threadsOfFirst) {
        this.threads = threads;
        this.threadsOfFirst = threadsOfFirst;
    }

    /** The best that this Java offers for so many deliveries at the same time. */
    public static DeliveryThreads forSlots(int slots) {
        if (Runtime.version().feature() >= 21) {
            ExecutorService virtual = virtual();
            return new DeliveryThreads(virtual, virtual);
        }
        return onPlatformThreads(slots);
    }

    static DeliveryThreads onPlatformThreads(int slots) {
        ExecutorService ofFirst = new ThreadPoolExecutor(
                0,
                slots,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new ElasticThreads.Named("delivery-first-"));
        return new DeliveryThreads(new ElasticThreads(slots), ofFirst);
    }

    @Override
    public void run(String queue, Runnable delivery) {
        boolean isOfFirst = running.merge(queue, 1, Integer::sum) <= FIRST_OF_EACH_QUEUE;
        Runnable counted = () -> {
            try {
                delivery.run();
            } finally {
                ended(queue);
            }
        };
        try {
            if (!isOfFirst || !executeFirst(counted)) {
                lanes.add(queue, counted);
                threads.execute(lanes::runNext);
            }
        } catch (RejectedExecutionException e) {
            lanes.remove(queue, counted);
            ended(queue);
            throw e;
        }
    }

    /** False when the machine gives no thread: then it waits for one with the others. */
    private boolean executeFirst(Runnable delivery) {
        try {
            threadsOfFirst.execute(delivery);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private void ended(String queue) {
        running.computeIfPresent(queue, (name, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threadsOfFirst.shutdownNow();
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
