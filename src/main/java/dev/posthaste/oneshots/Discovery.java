package dev.posthaste.oneshots;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again for what other nodes have stored, on a thread of its own, so that claiming does not wait for it.
 * A look that takes long is repeated more seldom: the pause is ten times as long as it took, up to 800 ms.
 */
final class Discovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
    private static final long SHORTEST_PAUSE_MS = 250;
    private static final long MAX_PAUSE_MS = 800;
    private static final long PAUSE_FOR_EACH_MS = 10;

    /** One look. */
    interface Look {
        void run() throws SQLException;
    }

    private final Look look;
    private final WatchedThreads threads;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    Discovery(Look look, WatchedThreads threads) {
        this.look = look;
        this.threads = threads;
        this.thread = new Thread(this::run, "posthaste-discovery");
        thread.setDaemon(true);
    }

    void start() {
        threads.start(thread);
    }

    /** Looks now, or as soon as the look in progress is over. */
    void soon() {
        asked.release();
    }

    @Override
    public void close() {
        closed = true;
        asked.release();
    }

    /** How long to wait behind a look that took so long; both in milliseconds. */
    static long pauseAfter(long took) {
        return Math.max(SHORTEST_PAUSE_MS, Math.min(MAX_PAUSE_MS, took * PAUSE_FOR_EACH_MS));
    }

    private void run() {
        while (!closed) {
            long started = System.nanoTime();
            try {
                look.run();
            } catch (SQLException | RuntimeException | Error e) {
                LOG.warn("Waiting work could not be looked for, and is looked for again: {}", e.toString());
            }
            long pause = pauseAfter(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
            try {
                if (asked.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
                    asked.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
