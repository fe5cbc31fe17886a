package dev.posthaste.system;

import dev.posthaste.ReportFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The built jar, run as its users run it. */
public final class ServerProcess implements AutoCloseable {
    public static final String TOKEN = "test-token-0123456789";

    private final Process process;
    private final int port;
    private final int adminPort;
    private final Path log;

    private ServerProcess(Process process, int port, int adminPort, Path log) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
        this.log = log;
    }

    /** A new directory for a server on a database that is given, called by a name and something that makes it its own. */
    public static Path directory(String name) throws IOException {
        return Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "servers").toAbsolutePath()), name);
    }

    /** Starts a server on the embedded database of a data directory, allowed to reach loopback. */
    public static ServerProcess start(Path directory) throws IOException {
        return start(directory, Map.of());
    }

    public static ServerProcess start(Path directory, Map<String, String> settings) throws IOException {
        return start(directory, settings, ClassArchive.options());
    }

    public static ServerProcess start(Path directory, Map<String, String> settings, List<String> options)
            throws IOException {
        ServerProcess server = begin(directory, settings, command(options, "server", "config.yml"));
        server.awaitReady();
        return server;
    }

    /** The same without waiting until it takes calls: what waits in its database may be sent before that. */
    static ServerProcess startUnready(Path directory) throws IOException {
        return begin(directory, Map.of(), command(ClassArchive.options(), "server", "config.yml"));
    }

    /** The same with settings. */
    public static ServerProcess startUnready(Path directory, Map<String, String> settings) throws IOException {
        return begin(directory, settings, command(ClassArchive.options(), "server", "config.yml"));
    }

    /** The same of another build. */
    static ServerProcess startJar(Path jar, Path directory, Map<String, String> settings) throws IOException {
        ServerProcess server = startUnreadyJar(jar, directory, settings);
        server.awaitReady();
        return server;
    }

    /** The same of another build, without waiting until it takes calls. */
    static ServerProcess startUnreadyJar(Path jar, Path directory, Map<String, String> settings) throws IOException {
        return begin(directory, settings, commandOf(jar.toString(), List.of(), "server", "config.yml"));
    }

    /** One that may have only so many files open at the same time, sockets among them. */
    static ServerProcess startWithFiles(int max, Path directory, Map<String, String> settings) throws IOException {
        return startWithin("ulimit -n " + max, directory, settings);
    }

    /** One within what a command of the shell allows, such as a number of files. */
    public static ServerProcess startWithin(String limiting, Path directory, Map<String, String> settings)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", limiting + "; exec \"$@\"", "bash"));
        command.addAll(command("server", "config.yml"));
        ServerProcess server = begin(directory, settings, command);
        server.awaitReady();
        return server;
    }

    private static ServerProcess begin(Path directory, Map<String, String> settings, List<String> command)
            throws IOException {
        int port = FreePort.find();
        int adminPort = FreePort.find();
        Map<String, String> environment = new HashMap<>();
        environment.put("POSTHASTE_PORT", String.valueOf(port));
        environment.put("POSTHASTE_ADMIN_PORT", String.valueOf(adminPort));
        environment.put("POSTHASTE_BIND", "127.0.0.1");
        environment.put("POSTHASTE_DATA_DIR", directory.toString());
        environment.put("POSTHASTE_API_TOKEN", TOKEN);
        // Nobody follows a test's server, unless that is what the test is about.
        environment.put("POSTHASTE_ANNOUNCE_STOP", "0s");
        environment.put("POSTHASTE_EGRESS_ALLOW", "127.0.0.0/8,::1/128");
        environment.putAll(settings);
        Path log = ReportFile.named("server");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new ServerProcess(process, port, adminPort, log);
    }

    /** A command line that runs the built jar; compiled quickly rather than well, for what lives for seconds. */
    public static List<String> command(String... arguments) {
        return command(ClassArchive.options(), arguments);
    }

    private static List<String> command(List<String> options, String... arguments) {
        return commandOf(jar(), options, arguments);
    }

    private static List<String> commandOf(String jar, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.add("-Xmx512m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.add("-jar");
        command.add(jar);
        command.addAll(List.of(arguments));
        return command;
    }

    /** The built jar. */
    static String jar() {
        return System.getProperty("posthaste.jar", "target/posthaste.jar");
    }

    public Api api() {
        return new Api(port, TOKEN);
    }

    public int port() {
        return port;
    }

    public int adminPort() {
        return adminPort;
    }

    /** What collectors of metrics are told. */
    String prometheus() {
        return new Api(adminPort, "").get("/prometheus").body();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /** As {@code kill -9} does: nothing gets a chance to end well. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM, without waiting. */
    public void terminate() {
        process.destroy();
    }

    public long pid() {
        return process.pid();
    }

    /** As {@code kill -STOP} and {@code kill -CONT} do. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    /** Whether the admin port says that everything is well. */
    public boolean isHealthy() {
        return new Api(adminPort, TOKEN).get("/healthcheck").statusCode() == 200;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the process ended with; it must have. */
    public int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM, and waits for the end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() {
        Awaitility.await("server start, log in " + log)
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the server ended:\n" + log());
                    }
                    HttpResponse<String> health = api().get("/api/health");
                    return health.statusCode() == 200;
                });
    }
}
