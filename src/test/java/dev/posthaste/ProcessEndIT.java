package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.ops.ThreadWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With processes of its own, which really end. */
class ProcessEndIT {
    @Test
    void aNodeThatLostAThreadGivesUpCleanlyAndEndsWithACodeThatHasItRestarted() throws Exception {
        assertThat(ended("cleanly")).isEqualTo("gave up cleanly");
    }

    @Test
    void stoppingThatWaitsForTheLostThreadIsCutOff() throws Exception {
        assertThat(ended("never")).isEqualTo("hangs");
    }

    private static String ended(String stopping) throws IOException, InterruptedException {
        Path output = Files.createTempFile(
                Files.createDirectories(Path.of("target", "servers").toAbsolutePath()), "ended", ".out");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName(),
                        stopping)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).isEqualTo(ProcessEnd.EXIT_CODE);
        List<String> lines = Files.readAllLines(output);
        return lines.get(lines.size() - 1);
    }

    /** A process that has lost a thread. */
    static final class Dying {
        private Dying() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread stopping = new Thread(() -> stop(arguments[0]));
            Runtime.getRuntime().addShutdownHook(stopping);
            Thread needed = new Thread(() -> {}, "needed");
            needed.start();
            needed.join();
            new ThreadWatch(
                            () -> List.of(needed.getName()),
                            Duration.ofMillis(10),
                            new ProcessEnd(Duration.ofSeconds(2)))
                    .start();
            Thread.currentThread().join();
        }

        private static void stop(String how) {
            if (how.equals("cleanly")) {
                System.out.println("gave up cleanly");
                return;
            }
            System.out.println("hangs");
            try {
                Thread.currentThread().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
