package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the built jar, and what scripts read of them. */
class CommandsIT {
    @TempDir
    private Path directory;

    @Test
    void aConfigurationThatIsGoodIsSaidToBeSoWhereverTheLogGoes() throws Exception {
        assertThat(run(Map.of(), "check", "config.yml")).isEqualTo("Configuration is OK\n");
        Path silent = Files.writeString(directory.resolve("silent.yml"), "logging: {level: \"OFF\"}");

        assertThat(run(Map.of(), "check", silent.toString())).isEqualTo("Configuration is OK\n");
    }

    /** So that {@code TOKEN=$(java -jar posthaste.jar token create)} works. */
    @Test
    void aTokenThatIsMadeIsAllThatStandsOnStandardOutput() throws Exception {
        try (TestDatabase database = TestDatabase.fresh()) {
            assertThat(run(database.settings(), "token", "create", "config.yml"))
                    .matches("pht_[\\w-]+\n");
        }
    }

    private String run(Map<String, String> settings, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(ServerProcess.command(arguments));
        builder.environment().putAll(settings);
        Process process = builder.redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return Files.readString(output);
    }
}
