package dev.posthaste.postgres;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a PostgreSQL when the process is told to end while there is nobody else who would: in the middle of a server's
 * start, or of a command. Thread-safe.
 */
final class StopAtExit {
    private static final Logger LOG = LoggerFactory.getLogger(StopAtExit.class);

    private final Thread hook;

    private StopAtExit(PostgresCluster cluster) {
        this.hook = new Thread(() -> stop(cluster), "embedded-database-at-exit");
    }

    /** From now on, until it is cancelled. */
    static StopAtExit of(PostgresCluster cluster) {
        StopAtExit atExit = new StopAtExit(cluster);
        Runtime.getRuntime().addShutdownHook(atExit.hook);
        return atExit;
    }

    /** Somebody else stops it. Comes too late when the process is ending already. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("The process is ending, and the PostgreSQL with it", e);
        }
    }

    private static void stop(PostgresCluster cluster) {
        LOG.info("Told to end before all was up: stopping the embedded database");
        try {
            cluster.stopForGood();
        } catch (IOException | DatabaseUnusableException e) {
            LOG.warn("The embedded PostgreSQL goes on without its server, until the next start: {}", e.getMessage());
        }
    }
}
