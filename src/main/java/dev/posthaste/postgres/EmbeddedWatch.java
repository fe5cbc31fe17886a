package dev.posthaste.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded PostgreSQL again when it has died or ends, as the memory killer of the system or a person may have it, for as long
 * as it takes. Looks four times a second, on a thread of its own; one that does not stay up is started more and more seldom.
 */
final class EmbeddedWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    /** One that was up for so long is as good as one that was started by a person. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private final PostgresCluster cluster;
    private final int port;
    private final Semaphore closed = new Semaphore(0);
    private final Thread thread;
    private volatile @Nullable String trouble;

    /** @param port where it must be again: the connections' pools know no other */
    EmbeddedWatch(PostgresCluster cluster, int port) {
        this.cluster = cluster;
        this.port = port;
        this.thread = new Thread(this::run, "posthaste-embedded-database");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Why it is not there just now; empty when it is. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** Starts it no more, and returns when a start that is under way has ended. */
    @Override
    public void close() {
        closed.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = LOOK_EVERY;
        long upSince = System.nanoTime();
        try {
            while (!closed.tryAcquire(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
                if (isUp()) {
                    boolean hasSettled = System.nanoTime() - upSince >= SETTLED.toNanos();
                    pause = hasSettled ? LOOK_EVERY : pause;
                    continue;
                }
                LOG.error(
                        "The embedded PostgreSQL has died, or was told to end, and is started again. {}",
                        cluster.lastWords());
                trouble = "The embedded PostgreSQL has died and is being started again.";
                while (!startAgain(pause)) {
                    if (closed.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    pause = longer(pause);
                }
                trouble = null;
                upSince = System.nanoTime();
                pause = longer(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When nobody can tell it is left alone until somebody can. */
    @SuppressWarnings("IllegalCatch") // Whatever it is, it is looked at again.
    private boolean isUp() {
        try {
            return cluster.isRunning() && !cluster.isShuttingDown();
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("Whether the embedded PostgreSQL is up could not be seen: {}", e.toString());
            return true;
        }
    }

    @SuppressWarnings("IllegalCatch") // Whatever it is, it is tried again.
    private boolean startAgain(Duration pause) {
        try {
            cluster.startAgain(port);
            LOG.info("The embedded PostgreSQL is up again");
            return true;
        } catch (IOException | RuntimeException | Error e) {
            trouble = "The embedded PostgreSQL has died and could not be started again yet: " + e.getMessage();
            LOG.error(
                    "The embedded PostgreSQL could not be started again, and this is tried again in {} ms: {} {}",
                    pause.toMillis(),
                    e.getMessage(),
                    cluster.lastWords());
            return false;
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : twice;
    }
}
