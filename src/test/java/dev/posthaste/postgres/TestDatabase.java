package dev.posthaste.postgres;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of its own for a test, migrated, on the one embedded PostgreSQL that the JVM of the tests runs. Its
 * sessions are in an odd time zone on purpose.
 */
public final class TestDatabase implements AutoCloseable {
    private static final class Server {
        static final EmbeddedDatabase RUNNING = start();

        private static EmbeddedDatabase start() {
            try {
                return EmbeddedDatabase.start(TestDataDirectory.fresh());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** A new one. */
    public static TestDatabase fresh() {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        admin("create database " + name + " template posthaste");
        return new TestDatabase(name);
    }

    /** A new one without any table. */
    public static TestDatabase empty() {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        admin("create database " + name);
        return new TestDatabase(name);
    }

    /** Another one with all that this one has now, as a backup that is restored. Ends this one's sessions. */
    public TestDatabase copy() {
        String copied = "test_" + UUID.randomUUID().toString().replace("-", "");
        endSessions();
        admin("create database " + copied + " template " + name);
        return new TestDatabase(copied);
    }

    /** A new one without any table, in another encoding. */
    static TestDatabase encodedIn(String encoding) {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        admin("create database " + name + " template template0 encoding '" + encoding + "' locale 'C'");
        return new TestDatabase(name);
    }

    /** How to get in. */
    public DatabaseTarget target() {
        DatabaseTarget server = Server.RUNNING.target();
        String url = server.jdbcUrl().replaceAll("/[^/]*$", "/" + name);
        return new DatabaseTarget(url, server.user(), server.password(), true);
    }

    /** What a server's environment says to use it. */
    public Map<String, String> settings() {
        DatabaseTarget target = target();
        return Map.of(
                "POSTHASTE_DATABASE_URL",
                target.jdbcUrl(),
                "POSTHASTE_DATABASE_USER",
                Objects.requireNonNull(target.user()),
                "POSTHASTE_DATABASE_PASSWORD",
                Objects.requireNonNull(target.password()));
    }

    /** A connection for each call, without a pool. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        DatabaseTarget target = target();
        source.setUrl(target.jdbcUrl());
        source.setUser(target.user());
        source.setPassword(target.password());
        source.setOptions("-c TimeZone=Asia/Kathmandu");
        return source;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Ends all sessions of others, as a restart does. */
    public void endSessions() {
        admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
    }

    /** Executes a statement. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The number in the first column of the first row. */
    public long number(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What stands in the first column of the first row. */
    public String text(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** What is done in a transaction. */
    public interface Work<T> {
        /** Neither commits nor rolls back. */
        T in(Connection connection) throws SQLException;
    }

    /** Has the second begin while the first has not committed, and to wait for it, and returns what it came to. */
    public <T> T meet(Work<?> first, Work<T> second) throws Exception {
        try (Connection one = dataSource().getConnection();
                Connection other = dataSource().getConnection()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            first.in(one);
            CompletableFuture<T> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    T result = second.in(other);
                    other.commit();
                    return result;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()")
                    == 1);
            one.commit();
            return waiting.get();
        }
    }

    @Override
    public void close() {
        admin("drop database " + name + " with (force)");
    }

    private static void admin(String sql) {
        DatabaseTarget server = Server.RUNNING.target();
        String url = server.jdbcUrl().replaceAll("/[^/]*$", "/postgres");
        try (Connection connection = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
