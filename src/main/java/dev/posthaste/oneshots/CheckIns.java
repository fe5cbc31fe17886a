package dev.posthaste.oneshots;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks in again and again, on a thread of its own and by the machine's steady clock: Quartz's own waits by the clock that
 * people set. A check-in that fails is tried again as soon as the next one would be due. Thread-safe.
 */
final class CheckIns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckIns.class);

    private final Duration interval;
    private final Work work;
    private final WatchedThreads threads;
    private final FailuresInARow failures;
    private final Semaphore ended = new Semaphore(0);
    private final Thread thread;
    private volatile boolean isClosed;

    /** One check-in. */
    interface Work {
        void run() throws Exception;
    }

    /** @param nanoTime a clock that nobody sets */
    CheckIns(Duration interval, Work work, WatchedThreads threads, LongSupplier nanoTime) {
        this.interval = interval;
        this.work = work;
        this.threads = threads;
        this.failures = new FailuresInARow(nanoTime);
        this.thread = new Thread(this::run, "posthaste-check-in");
        thread.setDaemon(true);
    }

    /** Checks in once, on the caller's thread, and then again and again. */
    void start() {
        checkIn();
        threads.start(thread);
    }

    @Override
    public void close() {
        isClosed = true;
        ended.release();
        try {
            thread.join(interval.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!ended.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                checkIn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("IllegalCatch") // Whatever it is, the next check-in is tried.
    private void checkIn() {
        try {
            work.run();
        } catch (Exception | Error e) {
            if (isClosed) {
                LOG.debug("A check-in failed that was under way as this node stopped", e);
                return;
            }
            failures.failed().ifPresent(inARow -> tell(e, inARow));
            return;
        }
        int before = failures.ended();
        if (before > 0) {
            LOG.info("This node checks in again; it could not {} times in a row", before);
        }
    }

    /** An outage fails each check-in: where the first failure came from is told, and of the others how many they are. */
    private void tell(Throwable failure, int inARow) {
        if (inARow == 1) {
            LOG.error(
                    "This node could not check in, and tries again in {} ms: {}",
                    interval.toMillis(),
                    failure.toString(),
                    failure);
        } else {
            LOG.error(
                    "This node could not check in {} times in a row, and goes on trying: {}",
                    inARow,
                    failure.toString());
        }
    }
}
