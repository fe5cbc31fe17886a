package dev.posthaste.postgres;

import com.codahale.metrics.MetricRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The database that the configuration names, up to date and with its connections: embedded or given. */
public final class OpenDatabase implements AutoCloseable {
    private static final String COMMAND_SESSIONS = "posthaste-command";

    private interface Migrating {
        void run(DatabaseTarget target);
    }

    private final @Nullable EmbeddedDatabase embedded;
    private final DatabaseTarget target;
    private final ConnectionPools pools;
    private final int level = BuildMigrations.read().level();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private OpenDatabase(@Nullable EmbeddedDatabase embedded, DatabaseTarget target, ConnectionPools pools) {
        this.embedded = embedded;
        this.target = target;
        this.pools = pools;
    }

    /**
     * Opens it for a server.
     *
     * @param node as which it works on it
     * @param checkInPatience how long who checks in waits for an answer
     * @throws DatabaseUnusableException when it cannot be used
     */
    public static OpenDatabase forServer(
            DatabaseConfig config, JoiningNode node, Duration checkInPatience, MetricRegistry metrics) {
        Migrating joining = target -> Migrations.run(target, node);
        return config.isGiven()
                ? open(null, config.given(), joining, config, node.sessions(), checkInPatience, metrics)
                : start(joining, config, node.sessions(), checkInPatience, metrics);
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
                ? start(Migrations::run, config, COMMAND_SESSIONS, config.socketTimeout(), metrics)
                : open(null, running, Migrations::run, config, COMMAND_SESSIONS, config.socketTimeout(), metrics);
    }

    private static OpenDatabase start(
            Migrating migrating,
            DatabaseConfig config,
            String sessionName,
            Duration checkInPatience,
            MetricRegistry metrics) {
        EmbeddedDatabase embedded = EmbeddedDatabase.start(config.dataDir());
        try {
            return open(embedded, embedded.target(), migrating, config, sessionName, checkInPatience, metrics);
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private static OpenDatabase open(
            @Nullable EmbeddedDatabase embedded,
            DatabaseTarget target,
            Migrating migrating,
            DatabaseConfig config,
            String sessionName,
            Duration checkInPatience,
            MetricRegistry metrics) {
        migrating.run(target);
        return new OpenDatabase(
                embedded, target, new ConnectionPools(target, config, sessionName, checkInPatience, metrics));
    }

    /** Why this build may not work on the database any more, in a sentence; empty when it may. */
    public Optional<String> refusal(Connection connection) throws SQLException {
        return SchemaLevel.read(connection)
                .filter(schema -> level < schema.oldestBuild())
                .map(schema -> "A newer build has changed the schema of the database, which takes builds of level "
                        + schema.oldestBuild() + " and above from now on; this one is of level " + level + ".");
    }

    /** Where it is. */
    public DatabaseTarget target() {
        return target;
    }

    /** Its connections. */
    public ConnectionPools pools() {
        return pools;
    }

    /** Why an embedded one is not there just now, in a sentence; empty when it is, and for a given one. */
    public Optional<String> trouble() {
        return embedded == null ? Optional.empty() : embedded.trouble();
    }

    /**
     * From now on an embedded one is stopped by {@link #close} only, and started again when it dies; until then it is stopped
     * by the end of the process as well.
     */
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
