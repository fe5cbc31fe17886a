package dev.posthaste.postgres;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of a test's own, as a child process: one that may be killed, whose clock may be another, whose files
 * may lie where there is little room, and that may follow another one. Its database is migrated. Not thread-safe.
 */
public final class OwnPostgres implements AutoCloseable {
    /** One copy of the programs for all. */
    private static final class Programs {
        static final Path DIRECTORY = unpack();

        private static Path unpack() {
            try {
                return PostgresBinaries.unpack(TestDataDirectory.empty()).home().resolve("bin");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final String DATABASE = "posthaste";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Path files;
    private final Path log;
    private final String password;
    private final int port;
    private final Map<String, String> environment;
    private final List<String> settings;
    private @Nullable Process process;

    private OwnPostgres(Path files, String password, Map<String, String> environment, List<String> settings)
            throws IOException {
        this.files = files;
        this.log = files.resolveSibling(files.getFileName() + ".out");
        this.password = password;
        this.port = freePort();
        this.environment = Map.copyOf(environment);
        this.settings = List.copyOf(settings);
    }

    /**
     * Makes the files of one, which does not run yet.
     *
     * @param environment beside that of the test
     * @param settings such as {@code "wal_level=replica"}
     */
    public static OwnPostgres make(Map<String, String> environment, String... settings) throws IOException {
        Path directory = TestDataDirectory.fresh();
        try (var copies = Files.newDirectoryStream(directory, "postgresql-bin-*")) {
            for (Path copy : copies) {
                delete(copy);
            }
        }
        return new OwnPostgres(
                directory.resolve("postgresql"),
                Files.readString(directory.resolve("database.password")).strip(),
                environment,
                List.of(settings));
    }

    /** Another one with a copy of this one's files, which must not be running. */
    public OwnPostgres copy(String... settings) throws IOException {
        Path copied = Files.createTempDirectory(files.resolve("..").normalize(), "copy")
                .resolve("postgresql");
        copyFiles(files, copied);
        return new OwnPostgres(copied, password, environment, List.of(settings));
    }

    /** The same with its files elsewhere; it must not be running. */
    public OwnPostgres movedTo(Path directory) throws IOException {
        Path moved = directory.resolve("postgresql");
        copyFiles(files, moved);
        return new OwnPostgres(moved, password, environment, settings);
    }

    /** Where its files are. */
    public Path files() {
        return files;
    }

    /** Starts it, and returns when it takes connections. */
    public OwnPostgres start() throws IOException {
        begin();
        await("PostgreSQL's start, log in " + log)
                .atMost(SOON)
                .ignoreExceptionsMatching(SQLException.class::isInstance)
                .until(() -> {
                    if (!isRunning()) {
                        throw new AssertionError("PostgreSQL ended: " + Files.readString(log));
                    }
                    return number("select 1") == 1;
                });
        return this;
    }

    /** Starts it without waiting for anything. */
    public void begin() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Programs.DIRECTORY.resolve("postgres").toString(),
                "-D",
                files.toString(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=200"));
        // Of a setting that is given twice the last one holds.
        for (String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(OperatingSystemUser.choose().command(command));
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** All of its processes at once, as a machine that loses its power does, but for the disk. */
    public void kill() throws InterruptedException {
        Process running = Objects.requireNonNull(process);
        // The first one starts others when one of them dies.
        List<ProcessHandle> others = running.descendants().toList();
        running.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
        running.waitFor(10, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> others.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Without waiting for its clients: its fast shutdown. */
    public void stop() throws IOException, InterruptedException {
        // SIGINT is its fast shutdown.
        stop("INT");
    }

    /** Without a word to anybody: it recovers at its next start. */
    public void stopImmediately() throws IOException, InterruptedException {
        stop("QUIT");
    }

    private void stop(String signal) throws IOException, InterruptedException {
        Process running = Objects.requireNonNull(process);
        new ProcessBuilder("kill", "-" + signal, String.valueOf(running.pid()))
                .start()
                .waitFor();
        if (!running.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("PostgreSQL did not stop, log in " + log);
        }
    }

    /** From its next start on it follows another one. */
    public void follow(OwnPostgres primary) throws IOException {
        Files.createFile(files.resolve("standby.signal"));
        Files.writeString(
                files.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + primary.port + " user=" + PostgresCluster.USER
                        + " password=" + password + "'\n");
        OperatingSystemUser.choose().ownAll(files);
    }

    public int port() {
        return port;
    }

    /** How to get in. */
    public DatabaseTarget target() {
        return new DatabaseTarget(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE, PostgresCluster.USER, password, false);
    }

    /** What a server's environment says to use it. */
    public Map<String, String> settings() {
        return Map.of(
                "POSTHASTE_DATABASE_URL",
                target().jdbcUrl(),
                "POSTHASTE_DATABASE_USER",
                PostgresCluster.USER,
                "POSTHASTE_DATABASE_PASSWORD",
                password);
    }

    /** A new connection. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                target().jdbcUrl() + "?connectTimeout=5&socketTimeout=20", PostgresCluster.USER, password);
    }

    /** Executes a statement. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The number in the first column of the first row. */
    public long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ends it, and removes its files. */
    @Override
    public void close() {
        if (isRunning()) {
            try {
                kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        delete(files);
    }

    private static void copyFiles(Path from, Path to) {
        ProgramRun.of(
                List.of("cp", "-a", from.toString(), to.toString()),
                from.resolve("..").normalize());
    }

    private static void delete(Path directory) {
        ProgramRun.of(
                List.of("rm", "-rf", directory.toString()),
                directory.resolve("..").normalize());
    }

    /** Below those of outgoing connections: it may be asked for again after a restart. */
    private static int freePort() throws IOException {
        for (int i = 0; ; i++) {
            try (ServerSocket free = new ServerSocket(
                    ThreadLocalRandom.current().nextInt(12_000, 32_000), 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                if (i == 100) {
                    throw e;
                }
            }
        }
    }
}
