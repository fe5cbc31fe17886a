package dev.posthaste.postgres;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The PostgreSQL that this machine has installed, with all of its programs, as a child process on files of its own. A test
 * that wants one is skipped where there is none.
 */
public final class InstalledPostgres implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String DATABASE = "posthaste";
    private static final String PASSWORD = "posthaste-password";

    private final Path programs;
    private final Process process;
    private final int port;
    private final Path log;

    private InstalledPostgres(Path programs, Process process, int port, Path log) {
        this.programs = programs;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Makes files of one, starts it, and returns when it takes connections. Its only database is {@code postgres}. */
    public static InstalledPostgres start() throws IOException {
        Path programs = programs();
        Path directory = TestDataDirectory.empty();
        OperatingSystemUser runner = OperatingSystemUser.choose();
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        runner.ownAll(directory);
        Path files = directory.resolve("postgresql");
        ProgramRun.of(
                runner.command(List.of(
                        programs.resolve("initdb").toString(),
                        "--pgdata=" + files,
                        "--username=" + PostgresCluster.USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")),
                directory);
        int port = freePort();
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(
                List.of(programs.resolve("postgres").toString(), "-D", files.toString(), "-p", String.valueOf(port)));
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
        Process process = new ProcessBuilder(runner.command(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        InstalledPostgres postgres = new InstalledPostgres(programs, process, port, log);
        await("PostgreSQL's start, log in " + log)
                .ignoreExceptionsMatching(SQLException.class::isInstance)
                .until(postgres::takesConnections);
        return postgres;
    }

    private static Path programs() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                var newest = versions.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                        .max(Comparator.comparing(Path::toString));
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        }
        return abort("no PostgreSQL is installed: install the Debian package postgresql");
    }

    /** What its programs and ours need to find it, by the names that libpq and {@code config.yml} have for it. */
    public Map<String, String> environment() {
        return Map.of(
                "PATH",
                programs + ":" + System.getenv("PATH"),
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                String.valueOf(port),
                "PGUSER",
                PostgresCluster.USER,
                "PGPASSWORD",
                PASSWORD,
                "POSTHASTE_DATABASE_URL",
                url(DATABASE),
                "POSTHASTE_DATABASE_USER",
                PostgresCluster.USER,
                "POSTHASTE_DATABASE_PASSWORD",
                PASSWORD);
    }

    private boolean takesConnections() throws SQLException, IOException {
        if (!process.isAlive()) {
            throw new AssertionError("PostgreSQL ended: " + Files.readString(log));
        }
        try (Connection connection = DriverManager.getConnection(url("postgres"), PostgresCluster.USER, PASSWORD)) {
            return connection.isValid(5);
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Ends it; its files go with the other ones of tests. */
    @Override
    public void close() {
        List<ProcessHandle> others = process.descendants().toList();
        process.destroyForcibly();
        others.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
