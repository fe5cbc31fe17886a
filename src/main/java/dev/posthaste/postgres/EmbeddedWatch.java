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

    // ---- of the thread alone

    private Duration pause = LOOK_EVERY;
    private long upSince = System.nanoTime();
    private @Nullable Long startedAt;

    /** Whether it was so at the last look. */
    private boolean isDown;

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
        try {
            while (!closed.tryAcquire(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When nobody can tell how it stands it is left alone until somebody can. */
    @SuppressWarnings("IllegalCatch") // Whatever it is, it is looked at again.
    private void look() {
        try {
            switch (cluster.condition()) {
                case READY -> ready();
                case STARTING -> isDown = false;
                case DOWN, ENDING -> down();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.warn("Whether the embedded PostgreSQL is up could not be seen: {}", e.toString());
        }
    }

    private void ready() {
        isDown = false;
        if (trouble != null) {
            trouble = null;
            upSince = System.nanoTime();
            LOG.info("The embedded PostgreSQL is up again");
        } else if (System.nanoTime() - upSince >= SETTLED.toNanos()) {
            pause = LOOK_EVERY;
        }
    }

    private void down() {
        if (!isDown) {
            isDown = true;
            trouble = "The embedded PostgreSQL has died and is being started again.";
            LOG.error(
                    "The embedded PostgreSQL has died, or was told to end, and is started again. {}",
                    cluster.lastWords());
        }
        if (startedAt == null || System.nanoTime() - startedAt >= pause.toNanos()) {
            startAgain();
            startedAt = System.nanoTime();
            pause = longer(pause);
        }
    }

    @SuppressWarnings("IllegalCatch") // Whatever it is, it is tried again.
    private void startAgain() {
        try {
            cluster.startAgain(port);
            trouble = "The embedded PostgreSQL has died, was started again and recovers.";
        } catch (IOException | RuntimeException | Error e) {
            trouble = "The embedded PostgreSQL has died and could not be started again yet: " + e.getMessage();
            LOG.error(
                    "The embedded PostgreSQL could not be started again, and this is tried again in {} ms: {} {}",
                    pause.toMillis(),
                    e.getMessage(),
                    cluster.lastWords());
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : twice;
    }
}
