package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A recovery that takes longer than PostgreSQL's programs wait: it asks for what was archived, and gets no answer for long. */
class PostgresClusterIT {
    private static final int SHORT_SECONDS = 1;

    /** Some tries would be over by then. */
    private static final Duration LONG = Duration.ofSeconds(4);

    private Path directory;
    private Path files;
    private PostgresCluster cluster;

    @BeforeEach
    void beginRecoveryAtTheNextStart() throws IOException {
        directory = TestDataDirectory.fresh();
        files = directory.resolve("postgresql");
        Files.writeString(
                files.resolve("postgresql.auto.conf"),
                // As after a crash there are no sessions, not even to read, before it has recovered.
                "restore_command = 'until test -e answered; do sleep 0.1; done; false'\nhot_standby = off\n");
        Files.createFile(files.resolve("recovery.signal"));
        cluster = cluster();
    }

    @AfterEach
    void close() throws IOException {
        endRecovery();
        cluster.stopForGood();
    }

    @Test
    void aStartWaitsForARecoveryHoweverLongItTakes() throws Exception {
        FutureTask<Integer> starting = begin(cluster::start);

        await().during(LONG).atMost(Duration.ofSeconds(60)).until(() -> recovers() && !starting.isDone());
        endRecovery();

        int port = starting.get(60, TimeUnit.SECONDS);
        String password =
                Files.readString(directory.resolve("database.password")).strip();
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/posthaste", PostgresCluster.USER, password)) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    /** Stopped in the midst of it, it would begin again from where it began, at each start. */
    @Test
    void oneThatWasLeftBehindIsStoppedWhenItHasRecovered() throws Exception {
        cluster.startAgain(freePort());
        assertThat(recovers()).isTrue();
        PostgresCluster next = cluster();

        FutureTask<Boolean> stopping = begin(() -> {
            next.stopOrphan();
            return true;
        });

        await().during(LONG).atMost(Duration.ofSeconds(60)).until(() -> recovers() && !stopping.isDone());
        endRecovery();
        stopping.get(60, TimeUnit.SECONDS);
        assertThat(next.condition()).isEqualTo(PostgresCluster.Condition.DOWN);
        assertThat(files.resolve("recovery.signal")).as("it has recovered").doesNotExist();
    }

    /** It was told to end and waits for somebody to leave, who may stay for ever. */
    @Test
    void oneThatWasLeftBehindAndWaitsForItsClientsIsStopped() throws Exception {
        endRecovery();
        int port = cluster.start();
        String password =
                Files.readString(directory.resolve("database.password")).strip();
        try (Connection stays = await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(SQLException.class::isInstance)
                .until(
                        () -> DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:" + port + "/posthaste", PostgresCluster.USER, password),
                        Objects::nonNull)) {
            assertThat(stays.isValid(5)).isTrue();
            long pid = Long.parseLong(
                    Files.readAllLines(files.resolve("postmaster.pid")).get(0));
            ProcessHandle.of(pid).orElseThrow().destroy();
            await().atMost(Duration.ofSeconds(60)).until(() -> cluster.condition() == PostgresCluster.Condition.ENDING);
            PostgresCluster next = cluster();

            FutureTask<Boolean> stopping = begin(() -> {
                next.stopOrphan();
                return true;
            });

            stopping.get(60, TimeUnit.SECONDS);
            assertThat(next.condition()).isEqualTo(PostgresCluster.Condition.DOWN);
        }
    }

    @Test
    void whoEndsTheProcessDoesNotWaitForARecovery() throws Exception {
        FutureTask<Integer> starting = begin(cluster::start);
        await().atMost(Duration.ofSeconds(60)).until(this::recovers);

        cluster.stopForGood();

        assertThatThrownBy(() -> starting.get(60, TimeUnit.SECONDS))
                .hasRootCauseMessage("The process was told to end.");
        assertThat(cluster.condition()).isEqualTo(PostgresCluster.Condition.DOWN);
    }

    @Test
    void aStartThatIsGivenUpLeavesNothingRunning() throws Exception {
        FutureTask<EmbeddedDatabase> starting = new FutureTask<>(() -> EmbeddedDatabase.start(directory));
        Thread thread = new Thread(starting, "gives up");
        thread.start();
        await().atMost(Duration.ofSeconds(60)).until(this::recovers);

        thread.interrupt();

        assertThatThrownBy(() -> starting.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(DatabaseUnusableException.class)
                .hasMessageContaining("interrupted");
        assertThat(cluster.condition()).isEqualTo(PostgresCluster.Condition.DOWN);
    }

    private boolean recovers() throws IOException {
        return cluster.condition() == PostgresCluster.Condition.STARTING;
    }

    private void endRecovery() throws IOException {
        if (!Files.exists(files.resolve("answered"))) {
            Files.createFile(files.resolve("answered"));
        }
    }

    private PostgresCluster cluster() throws IOException {
        return new PostgresCluster(
                PostgresBinaries.unpack(directory),
                OperatingSystemUser.choose(),
                files,
                directory.resolve("postgresql.log"),
                SHORT_SECONDS);
    }

    private static <T> FutureTask<T> begin(Callable<T> work) {
        FutureTask<T> begun = new FutureTask<>(work);
        new Thread(begun, "begun by a test").start();
        return begun;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
