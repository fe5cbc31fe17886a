package dev.posthaste.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One embedded PostgreSQL with the settings of the one that Posthaste brings, durable, with a database for each
 * contestant. All get the same connection pool. Thread-safe once started.
 */
final class BenchDatabase implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres postgres;
    private final List<PooledDatabase> opened = new ArrayList<>();

    private BenchDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static BenchDatabase start() throws IOException, SQLException {
        BenchDatabase started = new BenchDatabase(EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("checkpoint_timeout", "15min")
                .setServerConfig("random_page_cost", "1.1")
                .setServerConfig("jit", "off")
                .setServerConfig("max_connections", "400")
                .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                .start());
        StatementCount.switchOff(started.postgres.getPostgresDatabase());
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            // What the library puts on the command line by itself must not win.
            if (!started.ask("show " + setting).equals("on")) {
                throw new IllegalStateException(setting + " is off: that would be a benchmark of something else");
            }
        }
        return started;
    }

    /** Makes an empty database, in place of one that has the name already. */
    PooledDatabase create(String name) throws SQLException {
        drop(name);
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        PooledDatabase made = new PooledDatabase(name, postgres.getJdbcUrl(USER, name));
        opened.add(made);
        return made;
    }

    private void drop(String name) throws SQLException {
        opened.stream().filter(database -> database.name().equals(name)).forEach(PooledDatabase::close);
        opened.removeIf(database -> database.name().equals(name));
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + name + " with (force)");
        }
    }

    PostgresTime processorTime() throws SQLException, IOException {
        return PostgresTime.of(Path.of(ask("show data_directory")));
    }

    String version() throws SQLException {
        return ask("show server_version");
    }

    private String ask(String question) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        opened.forEach(PooledDatabase::close);
        postgres.close();
    }
}
