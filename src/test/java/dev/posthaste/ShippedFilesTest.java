package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is shipped beside the jar agrees with it, as far as that can be seen without a Docker daemon and without a cluster. */
class ShippedFilesTest {
    private static final Path DEPLOY = Path.of("src/deploy");
    private static final Path DOCKER = DEPLOY.resolve("docker");
    private static final Path UNIT = DEPLOY.resolve("systemd/posthaste.service");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** What the documentation asks for beside {@code delivery.stopWithin}. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    /** Of the health check alone. */
    private static final Set<String> OF_SCRIPTS = Set.of("POSTHASTE_HEALTH_HOST");

    @Test
    void everyVariableThatIsNamedIsReadByTheConfiguration() throws IOException {
        String config = Files.readString(Path.of("config.yml"));
        Set<String> unknown = new TreeSet<>();
        for (Path file : files()) {
            for (String name : matches("POSTHASTE_[A-Z_]*[A-Z]", Files.readString(file))) {
                String setting = name.replaceFirst("_FILE$", "");
                if (!config.contains("${" + setting + ":-") && !OF_SCRIPTS.contains(name)) {
                    unknown.add(file + ": " + name);
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    @Test
    void portsAgreeAndTheAdminPortIsExposedNowhere() throws IOException {
        JsonNode config = config();
        int port = defaultOf(config.at("/server/applicationConnectors/0/port"));
        int adminPort = defaultOf(config.at("/server/adminConnectors/0/port"));
        JsonNode container = deployment().at("/spec/template/spec/containers/0");

        assertThat(matches("(?m)^EXPOSE (.*)$", dockerfile())).containsExactly("EXPOSE " + port);
        assertThat(compose().at("/services/node/ports")).hasSize(1);
        assertThat(compose().at("/services/node/ports/0").asText()).endsWith(":" + port);
        assertThat(container.get("ports")).hasSize(1);
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port);
        assertThat(kubernetes("Service").at("/spec/ports")).hasSize(1);
        assertThat(kubernetes("Service").at("/spec/ports/0/targetPort").asText())
                .isEqualTo(container.at("/ports/0/name").asText());
        assertThat(Files.readString(DOCKER.resolve("healthcheck.sh"))).contains("${POSTHASTE_PORT:-" + port + "}");
        assertThat(adminPort).isNotEqualTo(port);
        assertThat(config.at("/server/adminConnectors/0/bindHost").asText()).contains(":-127.0.0.1");
        for (Path file : files()) {
            assertThat(Files.readString(file)).doesNotContain("POSTHASTE_ADMIN_BIND:", "POSTHASTE_ADMIN_BIND=");
        }
    }

    @Test
    void whoeverStopsANodeWaitsForLongerThanThatTakes() throws IOException {
        Duration stop = seconds(config().at("/delivery/stopWithin").asText()).plus(MARGIN);
        // How long a node announces that it is about to stop, where there is such a setting.
        for (String announced : matches("(?im)^ *announce\\w*: .*\\d+s", Files.readString(Path.of("config.yml")))) {
            stop = stop.plus(seconds(announced.replaceFirst(".*?(\\d+s)$", "$1")));
        }

        assertThat(seconds(compose().at("/services/node/stop_grace_period").asText()))
                .isGreaterThanOrEqualTo(stop);
        assertThat(Duration.ofSeconds(deployment()
                        .at("/spec/template/spec/terminationGracePeriodSeconds")
                        .asLong()))
                .isGreaterThanOrEqualTo(stop);
        assertThat(seconds(unit("TimeoutStopSec"))).isGreaterThanOrEqualTo(stop);
    }

    @Test
    void theImageRunsAsAUserWithANameThatTheManifestsMean() throws IOException {
        String dockerfile = dockerfile();
        JsonNode pod = deployment().at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        String id = pod.at("/securityContext/runAsUser").asText();

        assertThat(dockerfile).contains("useradd --uid " + id + " ", "\nUSER posthaste\n");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(compose().at("/services/node/read_only").asBoolean()).isTrue();
        // What is written where the root is read-only.
        assertThat(container.get("volumeMounts").findValuesAsText("mountPath")).contains("/tmp", "/var/lib/posthaste");
        assertThat(dockerfile).contains("VOLUME /var/lib/posthaste", "ENV POSTHASTE_DATA_DIR=/var/lib/posthaste");
    }

    @Test
    void theImageIsMadeOfFilesThatAreThereAndThatItsContextHas() throws IOException {
        Set<String> context = Files.readAllLines(DOCKER.resolve("Dockerfile.dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .collect(Collectors.toSet());
        Set<String> copied = matches("(?m)^COPY .*$", dockerfile()).stream()
                .map(line -> line.replaceFirst("^COPY (--\\S+ )?", "").split(" ", -1)[0])
                .collect(Collectors.toSet());

        assertThat(copied).isEqualTo(context);
        assertThat(copied.stream().filter(file -> !file.startsWith("target/")))
                .allMatch(file -> Files.exists(Path.of(file)));
        assertThat(Files.isExecutable(DOCKER.resolve("healthcheck.sh"))).isTrue();
        assertThat(dockerfile()).contains("CMD [\"/opt/posthaste/healthcheck.sh\"]");
        assertThat(compose().at("/services/node/build/context").asText()).isEqualTo("../../..");
        assertThat(Files.exists(DOCKER.resolve("../../..")
                        .resolve(compose().at("/services/node/build/dockerfile").asText())))
                .isTrue();
    }

    @Test
    void whatIsReadFromFilesIsMountedThere() throws IOException {
        JsonNode node = compose().at("/services/node");
        List<String> secrets = new ArrayList<>();
        node.get("secrets").forEach(secret -> secrets.add(secret.asText()));
        List<String> kept = new ArrayList<>();
        kubernetes("Secret").get("stringData").fieldNames().forEachRemaining(kept::add);
        List<String> mounted = new ArrayList<>();
        for (JsonNode variable : deployment().at("/spec/template/spec/containers/0/env")) {
            if (variable.get("name").asText().endsWith("_FILE")) {
                mounted.add(variable.get("value").asText());
            }
        }
        List<String> named = new ArrayList<>();
        node.get("environment").properties().forEach(variable -> {
            if (variable.getKey().endsWith("_FILE")) {
                named.add(variable.getValue().asText());
            }
        });

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(
                        secrets.stream().map(name -> "/run/secrets/" + name).toList());
        assertThat(compose().get("secrets").properties().stream().map(one -> one.getKey()))
                .containsExactlyInAnyOrderElementsOf(secrets);
        assertThat(mounted)
                .containsExactlyInAnyOrderElementsOf(kept.stream()
                        .map(name -> "/run/secrets/posthaste/" + name)
                        .toList());
    }

    @Test
    void kubernetesAsksForLifeAndReadinessApartAndFindsItsPods() throws IOException {
        JsonNode container = deployment().at("/spec/template/spec/containers/0");
        JsonNode labels = deployment().at("/spec/template/metadata/labels");

        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/api/live");
        assertThat(container.at("/startupProbe/httpGet/path").asText()).isEqualTo("/api/live");
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/api/ready");
        assertThat(deployment().at("/spec/selector/matchLabels")).isEqualTo(labels);
        assertThat(kubernetes("PodDisruptionBudget").at("/spec/selector/matchLabels"))
                .isEqualTo(labels);
        assertThat(kubernetes("Service").at("/spec/selector")).isEqualTo(labels);
        assertThat(deployment().at("/spec/template/spec/enableServiceLinks").asBoolean(true))
                .isFalse();
    }

    /** Killed in the midst of one it begins again, and never comes to its end. */
    @Test
    void kubernetesLeavesAMigrationAnHour() throws IOException {
        JsonNode probe = deployment().at("/spec/template/spec/containers/0/startupProbe");
        Duration room = Duration.ofSeconds(probe.get("periodSeconds").asLong())
                .multipliedBy(probe.get("failureThreshold").asLong());

        assertThat(room).isGreaterThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void systemdTakesTheUnit() throws Exception {
        assertThat(analyze("verify", UNIT.toString())).isZero();
    }

    /** The bound is 1.6 of 10, where 0 is closed: what opens the unit further needs a reason there. */
    @Test
    void systemdCallsTheUnitClosed() throws Exception {
        assertThat(analyze("security", "--offline=true", "--no-pager", "--threshold=16", UNIT.toString()))
                .isZero();
    }

    private static int analyze(String... arguments) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
                "systemd-analyze is missing: install the Debian package systemd");
        List<String> command = new ArrayList<>(List.of("/usr/bin/systemd-analyze"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<String> matches(String pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    private static Duration seconds(String text) {
        assertThat(text).matches("\\d+s");
        return Duration.ofSeconds(Long.parseLong(text, 0, text.length() - 1, 10));
    }

    private static int defaultOf(JsonNode setting) {
        return Integer.parseInt(setting.asText().replaceFirst("\\$\\{\\w+:-(\\d+)}", "$1"));
    }

    private static String dockerfile() throws IOException {
        return Files.readString(DOCKER.resolve("Dockerfile"));
    }

    private static JsonNode config() throws IOException {
        return YAML.readTree(Path.of("config.yml").toFile());
    }

    private static JsonNode compose() throws IOException {
        return YAML.readTree(DOCKER.resolve("compose.yaml").toFile());
    }

    private static JsonNode deployment() throws IOException {
        return kubernetes("Deployment");
    }

    private static JsonNode kubernetes(String kind) throws IOException {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                .readValues(DEPLOY.resolve("kubernetes/posthaste.yaml").toFile())) {
            return documents.readAll().stream()
                    .filter(document -> document.get("kind").asText().equals(kind))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String unit(String setting) throws IOException {
        return Files.readAllLines(UNIT).stream()
                .filter(line -> line.startsWith(setting + "="))
                .findFirst()
                .orElseThrow()
                .substring(setting.length() + 1);
    }
}
