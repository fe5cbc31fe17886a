package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.InstalledPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation says of backups of a given PostgreSQL is done, word for word but for where the jar is. */
class BackupIT {
    private static final Path PAGE = Path.of("docs/operations.md");

    @TempDir
    private Path directory;

    @Test
    void aDumpThatWasMadeWhileANodeWasAtWorkIsRestoredAndSendsNothingByItself() throws Exception {
        try (InstalledPostgres postgres = InstalledPostgres.start();
                RecordingReceiver receiver = new RecordingReceiver()) {
            Map<String, String> environment = postgres.environment();
            shell(environment, "createdb --template=template0 --encoding=UTF8 posthaste");
            long today;
            try (ServerProcess node = start(environment)) {
                node.api().push(job("later", receiver.url("/later"), ", \"delay\": 5"));
                shell(environment, block("pg_dump "));
                await().until(() -> receiver.count("/later") == 1);
                today = node.api().push(job("today", receiver.url("/today"), ""));
                await().until(() -> receiver.count("/today") == 1);
            }

            String report = shell(environment, block("pg_restore "));

            assertThat(report).contains("Held: 1 queues and 0 crons", "queue 1 \"later\"");
            try (ServerProcess node = start(environment)) {
                long fresh = node.api().push(job("fresh", receiver.url("/fresh"), ", \"delay\": 2"));
                await().until(() -> receiver.count("/fresh") == 1);
                assertThat(fresh).isGreaterThan(today);
                assertThat(receiver.count("/later")).isOne();

                shell(
                        environment,
                        block("restore-release --team default --queue ").replace("emails", "later"));

                await().until(() -> receiver.count("/later") == 2);
            }
        }
    }

    private static ServerProcess start(Map<String, String> environment) throws IOException {
        return ServerProcess.start(ServerProcess.directory("backup"), environment);
    }

    private static String job(String queue, String url, String more) {
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + url + "\"" + more + "}";
    }

    /** The block of commands in which that stands. */
    private static String block(String command) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher block = Pattern.compile("(?s)```sh\n(.*?)```")
                .matcher(Files.readString(PAGE).replaceFirst("(?s).*\n## Backup", ""));
        while (block.find()) {
            if (block.group(1).contains(command)) {
                found.add(block.group(1));
            }
        }
        assertThat(found).as("blocks with " + command).hasSize(1);
        return found.get(0);
    }

    private String shell(Map<String, String> environment, String commands) throws IOException, InterruptedException {
        String jar = String.join(" ", ServerProcess.command());
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                "-euc",
                commands.replace("java -jar posthaste.jar", jar)
                        .replace(
                                "config.yml",
                                Path.of("config.yml").toAbsolutePath().toString()));
        builder.environment().putAll(environment);
        Process process = builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
