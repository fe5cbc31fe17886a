package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedStartIT {
    private Path data = Path.of("");

    @BeforeEach
    void inADirectoryOfItsOwn() throws IOException {
        data = TestDataDirectory.fresh();
    }

    @Test
    void aServerWhosePortIsTakenSaysSoBeforeADatabaseIsMade() throws IOException, InterruptedException {
        data = TestDataDirectory.empty();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process server = start(taken.getLocalPort());

            assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();

            assertThat(server.exitValue()).isNotZero();
            List<String> said = Files.readAllLines(output());
            assertThat(said.get(said.size() - 1))
                    .isEqualTo("The API cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": another program does."
                            + " Stop that one, or choose another port (server.applicationConnectors[0].port,"
                            + " POSTHASTE_PORT).");
            assertNothingAlarms();
            assertThat(data.resolve("postgresql")).doesNotExist();
        }
    }

    @Test
    void anAdminPortThatIsTakenIsToldBeforeADatabaseIsMade() throws IOException, InterruptedException {
        data = TestDataDirectory.empty();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process server = start(0, "127.0.0.1", taken.getLocalPort());

            assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();

            assertThat(Files.readString(output()))
                    .contains("The admin port cannot listen on 127.0.0.1:" + taken.getLocalPort());
            assertThat(data.resolve("postgresql")).doesNotExist();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsToldByTheServer() throws IOException, InterruptedException {
        Process server = start(0, "192.0.2.1");

        assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();

        List<String> said = Files.readAllLines(output());
        assertThat(said.get(said.size() - 1))
                .isEqualTo(
                        "The API cannot listen on 192.0.2.1:0: this machine has no such address. Choose one that it"
                                + " has, or 0.0.0.0 for all of them (server.applicationConnectors[0].bindHost, POSTHASTE_BIND).");
        assertNothingAlarms();
    }

    /** No server, no database: what is known to be wrong is told before anything is opened. */
    @Test
    void anAddressThatCannotBeResolvedIsToldBeforeAnythingIsOpened() throws IOException, InterruptedException {
        Process server = start(0, "nowhere.invalid");

        assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();

        assertThat(server.exitValue()).isNotZero();
        assertThat(Files.readString(output()))
                .isEqualTo(
                        "config.yml has an error:%n  * nowhere.invalid is no address and cannot be resolved: choose an"
                                        .formatted()
                                + " address of this machine, or 0.0.0.0 for all of them (server.applicationConnectors[0].bindHost,"
                                + " POSTHASTE_BIND)%n%n".formatted());
    }

    @Test
    void aServerThatIsToldToStopWhileItsDatabaseStartsLeavesNoneBehind() throws IOException, InterruptedException {
        Process server = start(0);
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(databaseProcess()) && Files.size(databaseProcess()) > 0);

        assertEndsWithItsDatabase(server);
    }

    @Test
    void aServerThatIsToldToStopBetweenItsDatabasesStartAndItsOwnLeavesNoneBehind()
            throws IOException, InterruptedException {
        Process server = start(0);
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(data.resolve("database.url")));

        assertEndsWithItsDatabase(server);
    }

    private void assertEndsWithItsDatabase(Process server) throws IOException, InterruptedException {
        server.destroy();

        assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output())).doesNotContain("takes jobs on port");
        assertThat(databaseProcess()).doesNotExist();
        assertThat(Files.readAllLines(output())).allMatch(line -> line.contains(" INFO "));
    }

    private void assertNothingAlarms() throws IOException {
        assertThat(Files.readAllLines(output()))
                .noneMatch(line -> line.contains("Exception") || line.contains("ERROR") || line.contains("WARN"));
    }

    private Path databaseProcess() {
        return data.resolve("postgresql/postmaster.pid");
    }

    private Path output() {
        return data.resolve("output");
    }

    private Process start(int port) throws IOException {
        return start(port, "127.0.0.1");
    }

    private Process start(int port, String host) throws IOException {
        return start(port, host, 0);
    }

    private Process start(int port, String host, int adminPort) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ServerProcess.command("server", "config.yml"));
        builder.environment()
                .putAll(Map.of(
                        "POSTHASTE_BIND",
                        host,
                        "POSTHASTE_PORT",
                        String.valueOf(port),
                        "POSTHASTE_ADMIN_PORT",
                        String.valueOf(adminPort),
                        "POSTHASTE_DATA_DIR",
                        data.toString()));
        return builder.redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
    }
}
