package dev.posthaste.postgres;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The database that the configuration names, up to date and with its connections: embedded or given. */
public final class OpenDatabase implements AutoCloseable {
    private static final String COMMAND_SESSIONS = "posthaste-command";

    private final @Nullable EmbeddedDatabase embedded;
    private final DatabaseTarget target;
    private final ConnectionPools pools;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private OpenDatabase(@Nullable EmbeddedDatabase embedded, DatabaseTarget target, ConnectionPools pools) {
        this.embedded = embedded;
        this.target = target;
        this.pools = pools;
    }

    /**
     * Opens it for a server.
     *
     * @param sessionName what the database calls the server's sessions
     * @param checkInPatience how long who checks in waits for an answer
     * @throws DatabaseUnusableException when it cannot be used
     */
    public static OpenDatabase forServer(
            DatabaseConfig config, String sessionName, Duration checkInPatience, MetricRegistry metrics) {
        return config.isGiven()
                ? open(null, config.given(), config, sessionName, checkInPatience, metrics)
                : start(config, sessionName, checkInPatience, metrics);
    }

    /**
     * Opens it for a command, beside a server that may be running on the same embedded database.
     *
     * @throws DatabaseUnusableException when it cannot be used
     */
    public static OpenDatabase forCommand(DatabaseConfig config, MetricRegistry metrics) {
        DatabaseTarget running = config.isGiven()
                ? config.given()
                : EmbeddedDatabase.findRunning(config.dataDir()).orElse(null);
        return running == null
                ? start(config, COMMAND_SESSIONS, config.socketTimeout(), metrics)
                : open(null, running, config, COMMAND_SESSIONS, config.socketTimeout(), metrics);
    }

    private static OpenDatabase start(
            DatabaseConfig config, String sessionName, Duration checkInPatience, MetricRegistry metrics) {
        EmbeddedDatabase embedded = EmbeddedDatabase.start(config.dataDir());
        try {
            return open(embedded, embedded.target(), config, sessionName, checkInPatience, metrics);
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private static OpenDatabase open(
            @Nullable EmbeddedDatabase embedded,
            DatabaseTarget target,
            DatabaseConfig config,
            String sessionName,
            Duration checkInPatience,
            MetricRegistry metrics) {
        Migrations.run(target);
        return new OpenDatabase(
                embedded, target, new ConnectionPools(target, config, sessionName, checkInPatience, metrics));
    }

    /** Where it is. */
    public DatabaseTarget target() {
        return target;
    }

    /** Its connections. */
    public ConnectionPools pools() {
        return pools;
    }

    /** From now on an embedded one is stopped by {@link #close} only; until then, also by the end of the process. */
    public void leaveToServer() {
        if (embedded != null) {
            embedded.leaveToServer();
        }
    }

    /** Closes the connections and stops the database if it is ours. Does nothing the second time. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        try {
            pools.close();
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}
