package dev.posthaste.delivery;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Platform threads, as many as are of use. Receivers that answer at once are served best by a few threads: more would take
 * turns on the same processors, each with a connection of its own. Where receivers keep threads waiting, more come, until
 * nothing waits for a thread or there are as many as there are slots. A thread that grows the pool looks every few
 * milliseconds, but only while deliveries wait for threads. Thread-safe.
 */
final class ElasticThreads extends ThreadPoolExecutor {
    /** The name of the thread that makes others. */
    static final String GROWING = "delivery-threads";

    private static final int STACK_BYTES = 256 * 1024;
    private static final int IDLE_SECONDS = 10;
    private static final int FEW_FOR_EACH_PROCESSOR = 16;
    private static final long LOOK_EVERY_MS = 10;

    /** Threads added at once, so that a machine that stalls for a moment does not get them all. */
    private static final int MAX_AT_ONCE = 64;

    /** What takes this long on average waits for its receiver, not for a processor, however busy the machine is. */
    private static final double SLOW_MS = 250;

    /** What waits is gone in so short a time that more threads are not worth it. */
    private static final double SHORT_MS = 10;

    /** How much of the flow is that of the last look; a machine that stalls for a moment is not a slow receiver. */
    private static final double NEWEST = 0.2;

    private static final double BUSY = 0.9;

    /** The system counts processor time in hundredths of a second: a shorter time tells nothing. */
    private static final int LOOKS_FOR_LOAD = 10;

    /** When so many looks see none begun, every thread is kept waiting. */
    private static final int STUCK_LOOKS = 2;

    /** A machine that had no thread to give is asked for none so long: there may be some again. */
    private static final long ASK_AGAIN_SECONDS = 1;

    private final int few;
    private final int max;
    private final LongAdder begun = new LongAdder();
    private final Semaphore someWait = new Semaphore(0);
    private final OperatingSystemMXBean machine;
    private volatile long noneBefore = System.nanoTime();
    private final Thread growing = new Thread(this::growWhileSomeWait, GROWING);

    /** @param max threads at the same time */
    ElasticThreads(int max) {
        this(max, new Named("delivery-"));
    }

    ElasticThreads(int max, ThreadFactory factory) {
        super(fewOf(max), max, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        this.few = fewOf(max);
        this.max = max;
        this.machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        allowCoreThreadTimeOut(true);
        growing.setDaemon(true);
        growing.start();
    }

    private static int fewOf(int max) {
        return Math.min(max, FEW_FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }

    /**
     * Makes no thread beyond the first few: that is the growing thread's. Java waits until a thread that it makes has begun
     * to run, milliseconds on a busy machine, and who hands over hundreds of deliveries has others to hand over behind them.
     */
    @Override
    public void execute(Runnable delivery) {
        if (isShutdown() || getPoolSize() == 0 || (getPoolSize() < few && !areThreadsMissing())) {
            executeOnNewThread(delivery);
        } else {
            getQueue().add(delivery);
        }
        if (someWait.availablePermits() == 0 && !getQueue().isEmpty()) {
            someWait.release();
        }
    }

    /** Without a thread to be had it waits for one of those that there are. */
    private void executeOnNewThread(Runnable delivery) {
        try {
            super.execute(delivery);
        } catch (OutOfMemoryError e) {
            threadsWereMissing();
            if (getPoolSize() == 0) {
                throw e;
            }
            getQueue().add(delivery);
        }
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable delivery) {
        begun.increment();
    }

    @Override
    protected void terminated() {
        growing.interrupt();
    }

    /** Whether no threads are made for those that wait, although nobody has shut this down. */
    boolean hasStoppedGrowing() {
        return !growing.isAlive() && !isShutdown();
    }

    private void growWhileSomeWait() {
        Semaphore never = new Semaphore(0);
        BlockingQueue<Runnable> waiting = getQueue();
        try {
            while (true) {
                if (!someWait.tryAcquire(1, TimeUnit.SECONDS)) {
                    shrink();
                    continue;
                }
                Flow flow = null;
                for (long before = begun.sum(); !never.tryAcquire(LOOK_EVERY_MS, TimeUnit.MILLISECONDS); ) {
                    if (waiting.isEmpty()) {
                        break;
                    }
                    long after = begun.sum();
                    flow = flow == null ? new Flow() : flow;
                    flow.look((double) (after - before) / LOOK_EVERY_MS);
                    before = after;
                    if (!areThreadsMissing()) {
                        grow(flow, waiting.size());
                    }
                }
                someWait.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void grow(Flow flow, int waiting) {
        try {
            replaceTheIdle(waiting);
            if (flow.isInNeedOfMore(waiting)) {
                resize(getCorePoolSize() + Math.min(waiting, MAX_AT_ONCE));
            }
        } catch (OutOfMemoryError e) {
            threadsWereMissing();
            resize(getPoolSize());
        }
    }

    private void threadsWereMissing() {
        noneBefore = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_AGAIN_SECONDS);
    }

    private boolean areThreadsMissing() {
        return noneBefore - System.nanoTime() > 0;
    }

    /**
     * How fast deliveries are begun while others wait. More threads help where those that there are wait for receivers; where
     * they wait for processors they make it worse. Confined to the growing thread.
     */
    private final class Flow {
        private double now;
        private double average = few / SHORT_MS;
        private int looks;
        private int looksAtNothing;
        private boolean isBusy = true;

        Flow() {
            // The load is that since the last time that anybody asked.
            machine.getCpuLoad();
        }

        void look(double begunPerMs) {
            now = begunPerMs;
            average += NEWEST * (begunPerMs - average);
            looksAtNothing = begunPerMs == 0 ? looksAtNothing + 1 : 0;
            looks++;
            if (looks % LOOKS_FOR_LOAD == 0) {
                isBusy = machine.getCpuLoad() >= BUSY;
            }
        }

        boolean isInNeedOfMore(int waiting) {
            if (waiting <= now * SHORT_MS) {
                return false;
            }
            return !isBusy || looksAtNothing >= STUCK_LOOKS || getCorePoolSize() > average * SLOW_MS;
        }
    }

    /** Threads that idled for too long have ended, and who hands over makes no others. */
    private void replaceTheIdle(int waiting) {
        for (int i = Math.min(waiting, MAX_AT_ONCE); i > 0 && prestartCoreThread(); i--) {}
    }

    /** Threads beyond the present need end when they have idled for a while. */
    private void shrink() {
        resize(getActiveCount() + few);
    }

    private void resize(int size) {
        int bounded = Math.max(few, Math.min(max, size));
        if (bounded != getCorePoolSize()) {
            setCorePoolSize(bounded);
        }
    }

    /** Small stacks, because there may be a thousand of them. */
    static final class Named implements ThreadFactory {
        private final String name;
        private final AtomicInteger number = new AtomicInteger();

        Named(String name) {
            this.name = name;
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(null, task, name + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        }
    }
}
