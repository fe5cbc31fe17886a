package dev.posthaste.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Java process of the bench's own: its output goes to a log, and it does not outlive the bench. */
final class ChildJvm implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Thread atExit;

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts {@code java} with the given options and arguments, and this environment on top of the bench's. */
    static ChildJvm start(String name, Map<String, String> environment, List<String> arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of(java), arguments.stream()).toList());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(Laboratory.LOGS.resolve(name + ".log").toFile());
        return new ChildJvm(name, builder.start());
    }

    /** Starts a main class from the bench's own class path. */
    static ChildJvm startClass(String name, Class<?> main, String heap, String... arguments) throws IOException {
        List<String> command = Stream.concat(
                        Stream.of(heap, "-cp", System.getProperty("java.class.path"), main.getName()),
                        Stream.of(arguments))
                .toList();
        return start(name, Map.of(), command);
    }

    /** What it has used of all processors since its start, in microseconds. */
    double processorMicros() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1_000.0;
    }

    long pid() {
        return process.pid();
    }

    /** Waits until the address answers 200. */
    void awaitAnswer(String url) throws Exception {
        Awaited.until(name + " to answer", Duration.ofMillis(50), () -> {
            if (!process.isAlive()) {
                throw new IOException(name + " ended, see " + Laboratory.LOGS.resolve(name + ".log"));
            }
            return answers(url);
        });
    }

    private static boolean answers(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(5_000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks it to end, and ends it when it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
