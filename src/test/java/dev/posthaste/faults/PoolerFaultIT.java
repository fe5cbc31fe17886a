package dev.posthaste.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.system.FreePort;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PgBouncer between the server and its database. */
class PoolerFaultIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private Path pgbouncer;
    private TestDatabase database;
    private Path directory;
    private @Nullable Process pooler;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        pgbouncer = Needed.program("pgbouncer", "pgbouncer");
        database = TestDatabase.empty();
        directory = Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "servers").toAbsolutePath()), "pooler");
        port = FreePort.find();
    }

    @AfterEach
    void stop() throws InterruptedException {
        Process running = pooler;
        if (running != null) {
            running.destroy();
            running.waitFor(10, TimeUnit.SECONDS);
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void oneThatPoolsSessionsIsAsGoodAsTheDatabaseItself() throws Exception {
        startPooler("session");
        try (RecordingReceiver receiver = new RecordingReceiver();
                ServerProcess one = ServerProcess.start(Files.createTempDirectory(directory, "node"), settings());
                ServerProcess other = ServerProcess.start(Files.createTempDirectory(directory, "node"), settings())) {
            String job = "{\"queue\": \"q\", \"url\": \"" + receiver.url("/work") + "\", \"delay\": 1}";
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? one : other).api().push(job);
            }
            await().atMost(SOON)
                    .until(() -> database.number("select count(*) from jobs where status = 'completed'") == 20);

            assertThat(receiver.count("/work")).isEqualTo(20);
            assertThat(database.number("select count(*) from pg_locks where locktype = 'advisory'"))
                    .as("what stands for the nodes")
                    .isEqualTo(2);
        }
    }

    /** As its users set it up for other applications, at a pool that others use too. */
    @ParameterizedTest
    @ValueSource(strings = {"transaction", "statement"})
    void oneThatSharesSessionsIsRefusedWithASentence(String mode) throws Exception {
        startPooler(mode);

        ServerProcess server = ServerProcess.startUnready(Files.createTempDirectory(directory, "node"), settings());

        await().atMost(SOON).until(() -> !server.isAlive());
        assertThat(server.exitCode()).isNotZero();
        assertThat(server.log()).contains("A pooler must not share sessions");
        assertThat(database.number("select count(*) from pg_locks where locktype = 'advisory'"))
                .isZero();
    }

    private void startPooler(String mode) throws IOException {
        URI there = URI.create(database.target().jdbcUrl().substring("jdbc:".length()));
        Path config = directory.resolve("pgbouncer.ini");
        Files.writeString(config, """
                [databases]
                * = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                default_pool_size = 60
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        there.getPort(),
                        database.target().user(),
                        Objects.requireNonNull(database.target().password()),
                        port,
                        mode));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));
        Path log = directory.resolve("pgbouncer.out");
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        pooler = new ProcessBuilder(
                        isRoot
                                ? List.of(pgbouncer.toString(), "-u", "nobody", config.toString())
                                : List.of(pgbouncer.toString(), config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("PgBouncer's start, log in " + log)
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> {
                    new Socket(InetAddress.getLoopbackAddress(), port).close();
                    return true;
                });
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.put("POSTHASTE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name());
        return settings;
    }
}
