package dev.posthaste.ops;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node that has lost a thread that it cannot live without: half a node holds work that another could do, and nobody
 * restarts it. Looks every second, on a thread of its own. Thread-safe.
 */
public final class ThreadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadWatch.class);

    private final NeededThreads threads;
    private final Duration interval;
    private final Runnable end;
    private final Semaphore closed = new Semaphore(0);

    /** @param end ends the process, after giving up what the node holds; called once at most */
    public ThreadWatch(NeededThreads threads, Duration interval, Runnable end) {
        this.threads = threads;
        this.interval = interval;
        this.end = end;
    }

    /** Begins to look. */
    public void start() {
        Thread watch = new Thread(this::run, "posthaste-thread-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Threads may end from now on. */
    @Override
    public void close() {
        closed.release();
    }

    private void run() {
        try {
            while (!closed.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                List<String> ended = look();
                // Whoever ends threads has closed this before.
                if (!ended.isEmpty() && closed.availablePermits() == 0) {
                    end(ended);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> look() {
        try {
            return threads.ended();
        } catch (RuntimeException | Error e) {
            // Most often there is no memory just now: the next look tells.
            return List.of();
        }
    }

    private void end(List<String> ended) {
        try {
            LOG.error(
                    "This node cannot go on and ends: its threads {} have ended, and nothing starts them again. Other nodes, or"
                            + " its next start, take over what it had in flight. Have a supervisor restart it, and look for the"
                            + " cause above; where that is an OutOfMemoryError, give it more memory or fewer delivery.slots",
                    ended);
        } finally {
            end.run();
        }
    }
}
