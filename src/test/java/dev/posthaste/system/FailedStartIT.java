package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedStartIT {
    @TempDir
    private Path directory;

    @Test
    void aServerWhosePortIsTakenSaysSoAndLeavesNoDatabaseBehind() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path output = directory.resolve("output");
            ProcessBuilder builder = new ProcessBuilder(ServerProcess.command("server", "config.yml"));
            builder.environment()
                    .putAll(Map.of(
                            "POSTHASTE_BIND",
                            "127.0.0.1",
                            "POSTHASTE_PORT",
                            String.valueOf(taken.getLocalPort()),
                            "POSTHASTE_ADMIN_PORT",
                            "0",
                            "POSTHASTE_DATA_DIR",
                            directory.resolve("data").toString()));
            Process server = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();

            assertThat(server.waitFor(90, TimeUnit.SECONDS)).isTrue();

            assertThat(server.exitValue()).isNotZero();
            List<String> said = Files.readAllLines(output);
            assertThat(said.get(said.size() - 1))
                    .startsWith("An address to listen on cannot be had: ")
                    .contains(String.valueOf(taken.getLocalPort()));
            assertThat(directory.resolve("data/postgresql/postmaster.pid")).doesNotExist();
        }
    }
}
