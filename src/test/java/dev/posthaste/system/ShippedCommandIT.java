package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lines that are shipped are run as they stand there, but for where the jar and its settings are. */
class ShippedCommandIT {
    private static final Path DEPLOY = Path.of("src/deploy");

    @TempDir
    private Path directory;

    /** The Java that runs the tests, and whatever others this machine has. */
    static Stream<String> javas() throws IOException {
        List<String> javas =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> homes = Files.list(installed)) {
                homes.map(home -> home.resolve("bin/java"))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .sorted()
                        .forEach(javas::add);
            }
        }
        return javas.stream();
    }

    @ParameterizedTest
    @MethodSource("javas")
    void theCommandOfTheImageWorks(String java) throws Exception {
        String dockerfile = Files.readString(DEPLOY.resolve("docker/Dockerfile"));
        List<String> command = new ArrayList<>();
        Api.json(line("ENTRYPOINT (\\[.*])", dockerfile)).forEach(part -> command.add(part.asText()));
        JsonNode arguments = Api.json(line("(?m)^CMD (\\[.*])", dockerfile));
        arguments.forEach(part -> command.add(part.asText()));

        assertStarts(java, command);
    }

    @ParameterizedTest
    @MethodSource("javas")
    void theCommandOfTheUnitWorks(String java) throws Exception {
        String unit = Files.readString(DEPLOY.resolve("systemd/posthaste.service"));

        assertStarts(java, List.of(line("(?m)^ExecStart=(.*)$", unit).split(" ", -1)));
    }

    /** {@code check} reads what {@code server} does, and takes as long as the Java's start. */
    private void assertStarts(String java, List<String> shipped) throws Exception {
        List<String> command = new ArrayList<>(shipped);
        assertThat(command.get(0)).matches("(/usr/bin/)?java");
        assertThat(command.subList(command.size() - 2, command.size()))
                .containsExactly("server", "/etc/posthaste/config.yml");
        command.set(0, java);
        command.replaceAll(part -> part.endsWith("posthaste.jar") ? ServerProcess.jar() : part);
        command.set(command.size() - 2, "check");
        command.set(command.size() - 1, "config.yml");
        Path output = directory.resolve("output");
        Process process =
                new ProcessBuilder(command).redirectOutput(output.toFile()).start();

        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).isEqualTo("Configuration is OK\n");
        assertThat(process.exitValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 503, 404})
    void theHealthCheckGoesByTheStatusOfReadiness(int status) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/api/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            assertThat(healthCheck(server.getAddress().getPort())).isEqualTo(status == 200 ? 0 : 1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theHealthCheckFailsWhereNobodyListensAndWhereNobodyAnswers() throws Exception {
        assertThat(healthCheck(FreePort.find())).isOne();
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            assertThat(healthCheck(silent.getLocalPort())).isOne();
        }
    }

    private static int healthCheck(int port) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(DEPLOY.resolve("docker/healthcheck.sh").toString());
        builder.environment().put("POSTHASTE_PORT", String.valueOf(port));
        Process process = builder.inheritIO().start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String line(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
