package dev.posthaste.system;

import dev.posthaste.ReportFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of the built jar, run to its end.
 *
 * @param output what it said, on either output
 */
record CommandRun(int exitCode, String output) {
    static CommandRun of(Map<String, String> settings, String... arguments) throws IOException, InterruptedException {
        Path output = ReportFile.named("command");
        ProcessBuilder builder = new ProcessBuilder(ServerProcess.command(arguments));
        builder.environment().putAll(settings);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the command did not end: " + Files.readString(output));
        }
        return new CommandRun(process.exitValue(), Files.readString(output));
    }
}
