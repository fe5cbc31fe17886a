package dev.posthaste.web.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Promises of the dashboard's modules that need no browser, by {@code src/test/dashboard/checks.mjs} where there is Node.js. */
class DashboardModulesTest {
    @TempDir
    private Path folder;

    @Test
    void theModulesKeepWhatTheyPromise() throws Exception {
        Optional<Path> node = node();
        assumeTrue(node.isPresent(), "there is no node on the PATH");

        // Beside a note that says what they are: in the jar they are one script, made by ScriptBundle.
        Files.writeString(folder.resolve("package.json"), "{\"type\": \"module\"}");
        copy("app");
        copy("vendor");
        Process process = new ProcessBuilder(node.get().toString(), "src/test/dashboard/checks.mjs", folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("promises looked at");
    }

    private void copy(String part) throws IOException {
        Files.createDirectory(folder.resolve(part));
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("src/main/resources/dashboard", part), "*.{js,mjs}")) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(part).resolve(file.getFileName()));
            }
        }
    }

    private static Optional<Path> node() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(":"))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
