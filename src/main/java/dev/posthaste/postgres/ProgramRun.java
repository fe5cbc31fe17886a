package dev.posthaste.postgres;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a program to its end. */
final class ProgramRun {
    private static final int MAX_MINUTES = 5;

    private ProgramRun() {}

    /**
     * Returns when the program ended well.
     *
     * @param directory where its output is kept meanwhile: the temporary folder may be read-only
     * @throws DatabaseUnusableException when it did not, with what it said
     */
    static void of(List<String> command, Path directory) {
        Path output = null;
        try {
            // A file, not a pipe: a server that the program leaves behind would keep a pipe open for ever.
            output = Files.createTempFile(directory, "program", ".out");
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new DatabaseUnusableException(name(command) + " did not end: " + read(output));
            }
            if (process.exitValue() != 0) {
                throw new DatabaseUnusableException(name(command) + " failed: " + read(output));
            }
        } catch (IOException e) {
            throw new DatabaseUnusableException(name(command) + " could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseUnusableException(name(command) + " was interrupted", e);
        } finally {
            delete(output);
        }
    }

    private static String name(List<String> command) {
        return command.stream()
                .filter(part -> part.contains("postgresql-bin"))
                .findFirst()
                .map(part -> "PostgreSQL's " + Path.of(part).getFileName())
                .orElse(command.get(0));
    }

    private static String read(Path output) throws IOException {
        return new String(Files.readAllBytes(output), Charset.defaultCharset()).strip();
    }

    private static void delete(@Nullable Path output) {
        if (output != null) {
            output.toFile().delete();
        }
    }
}
