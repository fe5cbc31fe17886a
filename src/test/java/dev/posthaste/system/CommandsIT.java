package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.signing.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

    /** From a server's first secret to another key, all by its commands, and what they say where it does not work. */
    @Test
    void theSecretKeyIsChangedAndWhoComesWithTheOldOneIsSentAway() throws Exception {
        Path next = Files.writeString(directory.resolve("next.key"), "//////////////////////////////////////////8=\n");
        Path settings = ServerProcess.directory("secret-key");
        try (TestDatabase database = TestDatabase.fresh()) {
            Map<String, String> before = with(database.settings(), "POSTHASTE_SECRET_KEY", TestKeys.SECRET_KEY);
            try (ServerProcess server = ServerProcess.start(settings, before)) {
                assertThat(server.api().post("/api/signing-secrets", "{}").statusCode())
                        .isEqualTo(201);

                assertThat(run(before, "secret-key", "change", "--key-file", next.toString(), "config.yml"))
                        .startsWith("Sealed under secret key ")
                        .contains("Set it on every node");

                assertThat(server.api()
                                .post("/api/signing-secrets", "{\"algorithm\": \"ed25519\"}")
                                .statusCode())
                        .isEqualTo(201);
            }
            assertThat(refusal(before, "server", "config.yml"))
                    .contains("sealed under the secret key", "POSTHASTE_SECRET_KEY");
            assertThat(refusal(database.settings(), "server", "config.yml")).contains("this process has none");
            assertThat(refusal(before, "secret-key", "forget", "config.yml")).contains("--every-secret");
            Map<String, String> after = with(database.settings(), "POSTHASTE_SECRET_KEY_FILE", next.toString());
            ServerProcess.start(settings, after).close();
            assertThat(run(before, "secret-key", "forget", "--every-secret", "config.yml"))
                    .isEqualTo("Given up: the signing secrets of 1 teams.\n");
            ServerProcess.start(settings, before).close();
        }
    }

    /** One of its own would be of no use there, and be taken for the one that is. */
    @Test
    void aServerWithoutTheKeyThatSealedMakesNoneBesideTheData() throws Exception {
        Path data = ServerProcess.directory("forgotten-key");
        try (ServerProcess server = ServerProcess.start(data, Map.of("POSTHASTE_SECRET_KEY", TestKeys.SECRET_KEY))) {
            assertThat(server.api().post("/api/signing-secrets", "{}").statusCode())
                    .isEqualTo(201);
            assertThat(server.log()).contains("sealed under the configured secret key");
        }

        assertThat(refusal(Map.of("POSTHASTE_DATA_DIR", data.toString()), "server", "config.yml"))
                .contains("this process has none");
        assertThat(data.resolve("secret.key")).doesNotExist();
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    /** What a command that fails says, on either output. */
    private String refusal(Map<String, String> settings, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("refusal");
        ProcessBuilder builder = new ProcessBuilder(ServerProcess.command(arguments));
        builder.environment().putAll(settings);
        builder.environment().put("POSTHASTE_PORT", String.valueOf(FreePort.find()));
        builder.environment().put("POSTHASTE_ADMIN_PORT", String.valueOf(FreePort.find()));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        return Files.readString(output);
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
