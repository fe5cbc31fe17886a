package dev.posthaste.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, durable, under a directory that survives the process. One process at a time may run it; one
 * that was killed leaves its PostgreSQL behind, which the next one stops before it starts its own.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String DATABASE = "posthaste";

    private final DataDirectory directory;
    private final PostgresCluster cluster;
    private final StopAtExit atExit;
    private final DatabaseTarget target;
    private final EmbeddedWatch watch;

    private EmbeddedDatabase(
            DataDirectory directory,
            PostgresCluster cluster,
            StopAtExit atExit,
            DatabaseTarget target,
            EmbeddedWatch watch) {
        this.directory = directory;
        this.cluster = cluster;
        this.atExit = atExit;
        this.target = target;
        this.watch = watch;
    }

    /**
     * Starts it, on the first call with an empty directory making its files.
     *
     * @throws DatabaseUnusableException when it cannot be started, for example because another process uses the directory
     */
    public static EmbeddedDatabase start(Path dataDirectory) {
        try {
            DataDirectory directory = DataDirectory.take(dataDirectory);
            try {
                return start(directory);
            } catch (IOException | RuntimeException e) {
                directory.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DatabaseUnusableException(
                    "The data directory " + dataDirectory.toAbsolutePath() + " cannot be used: " + e, e);
        }
    }

    private static EmbeddedDatabase start(DataDirectory directory) throws IOException {
        OperatingSystemUser runner = OperatingSystemUser.choose();
        String password = directory.password(runner);
        Path files = directory.path().resolve("postgresql");
        LOG.info(
                Files.exists(files)
                        ? "Starting the embedded database in {}: a few seconds, more after a crash"
                        : "Preparing the embedded database in {}: this is its first start and takes up to a minute",
                directory.path());
        PostgresBinaries binaries = PostgresBinaries.unpack(directory.path());
        PostgresCluster cluster = new PostgresCluster(
                binaries, runner, files, directory.path().resolve("postgresql.log"), PostgresCluster.START_SECONDS);
        StopAtExit atExit = StopAtExit.of(cluster);
        try {
            cluster.stopOrphan();
            cluster.makeUnlessThere(directory.passwordFile());
            int port = cluster.start();
            String server = "jdbc:postgresql://127.0.0.1:" + port + "/";
            makeDatabase(server + "postgres", password);
            directory.announce(server + DATABASE);
            DatabaseTarget target = new DatabaseTarget(server + DATABASE, PostgresCluster.USER, password, true);
            return new EmbeddedDatabase(directory, cluster, atExit, target, new EmbeddedWatch(cluster, port));
        } catch (IOException | RuntimeException e) {
            giveUp(cluster, atExit);
            throw e;
        } catch (SQLException e) {
            giveUp(cluster, atExit);
            throw new DatabaseUnusableException("The embedded PostgreSQL refuses its own user: " + e.getMessage(), e);
        }
    }

    /** Leaves nothing running. */
    private static void giveUp(PostgresCluster cluster, StopAtExit atExit) {
        // Who interrupted the start has not interrupted this.
        boolean isInterrupted = Thread.interrupted();
        try {
            cluster.stopForGood();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The embedded PostgreSQL goes on without its server, until the next start: {}", e.getMessage());
        } finally {
            atExit.cancel();
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How to get into the one that another process runs in this directory; empty when none does. */
    public static Optional<DatabaseTarget> findRunning(Path dataDirectory) {
        try {
            return DataDirectory.findRunning(dataDirectory);
        } catch (IOException e) {
            throw new DatabaseUnusableException(
                    "The data directory " + dataDirectory.toAbsolutePath() + " cannot be read: " + e, e);
        }
    }

    /** How to get in. */
    public DatabaseTarget target() {
        return target;
    }

    /**
     * From now on it is stopped by {@link #close} only, and started again when it dies; until then it is stopped by the end of
     * the process as well. Called once at most.
     */
    public void leaveToServer() {
        atExit.cancel();
        watch.start();
    }

    /** Why it is not there just now, in a sentence; empty when it is. */
    public Optional<String> trouble() {
        return watch.trouble();
    }

    /** Stops it cleanly. */
    @Override
    public void close() {
        atExit.cancel();
        watch.close();
        try {
            cluster.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            directory.close();
        }
    }

    private static void makeDatabase(String adminUrl, String password) throws SQLException {
        try (Connection connection = DriverManager.getConnection(adminUrl, PostgresCluster.USER, password);
                Statement statement = connection.createStatement()) {
            boolean isThere;
            try (ResultSet row = statement.executeQuery(
                    "select exists (select 1 from pg_database where datname = '" + DATABASE + "')")) {
                row.next();
                isThere = row.getBoolean(1);
            }
            if (!isThere) {
                statement.execute("create database " + DATABASE);
            }
        }
    }
}
