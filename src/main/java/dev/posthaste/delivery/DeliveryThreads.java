package dev.posthaste.delivery;

import dev.posthaste.oneshots.FiringThreads;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that deliver: virtual ones where Java has them (21 and newer), else {@link ElasticThreads}, as many as there
 * are slots at most. Then the first few deliveries of each queue have threads of their own, and what waits for a thread takes
 * turns by queue. Without that, a queue waits behind hundreds of another whose receiver is slow, until a busy machine has
 * made threads for all of those. Thread-safe.
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
        return onPlatformThreads(slots, new ElasticThreads.Named("delivery-first-"));
    }

    static DeliveryThreads onPlatformThreads(int slots, ThreadFactory factoryOfFirst) {
        // Without a bound: whoever hands over has a slot. With one it would refuse while one of as many threads as
        // there are slots has ended its delivery and has not begun to wait for the next.
        ExecutorService ofFirst = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factoryOfFirst);
        return new DeliveryThreads(new ElasticThreads(slots), ofFirst);
    }

    /** The threads that this node cannot live without and that have ended: without the one that makes others few deliver. */
    public List<String> ended() {
        return threads instanceof ElasticThreads elastic && elastic.hasStoppedGrowing()
                ? List.of(ElasticThreads.GROWING)
                : List.of();
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
            if (!isOfFirst || !runOnOwnThread(counted)) {
                waitInLane(queue, counted);
            }
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            ended(queue);
            throw e;
        }
    }

    /** False when the machine has no thread to give: those that there are take it then. */
    private boolean runOnOwnThread(Runnable delivery) {
        try {
            threadsOfFirst.execute(delivery);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private void waitInLane(String queue, Runnable delivery) {
        lanes.add(queue, delivery);
        try {
            threads.execute(lanes::runNext);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            if (lanes.remove(queue, delivery)) {
                throw e;
            }
            // A thread that was to take another one has taken it.
            comeForAnother();
        }
    }

    private void comeForAnother() {
        try {
            threads.execute(lanes::runNext);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // It waits for whoever is handed over next; the one that it was asked for is being run.
        }
    }

    @Override
    public boolean anyWaits() {
        return !lanes.isEmpty();
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
