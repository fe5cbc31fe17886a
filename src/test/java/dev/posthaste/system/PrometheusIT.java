package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dropwizard.testing.ConfigOverride;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Prometheus scrapes of a running server, and what is shipped that stands on it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrometheusIT {
    private static final Path MONITORING = Path.of("docs", "monitoring");
    private static final Pattern NAME = Pattern.compile("\\b(posthaste|jvm|process)_[a-z_]+");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(\\{[^}]*})? (\\S+)$");

    private ServerInside server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/failing", RecordingReceiver.status(500));
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
        api = new Api(server.port(), ServerProcess.TOKEN);
        api.pushAll("{\"queue\": \"q\", \"url\": \"" + receiver.url("/ok") + "\"}", 3);
        api.push("{\"queue\": \"q\", \"retry_delays\": [], \"callback_url\": \"" + receiver.url("/called")
                + "\", \"url\": \"" + receiver.url("/failing") + "\"}");
        long waiting = api.push("{\"queue\": \"q\", \"delay\": 3600, \"url\": \"" + receiver.url("/ok") + "\"}");
        api.push("{\"queue\": \"q\", \"delay\": 3600, \"url\": \"" + receiver.url("/ok") + "\"}");
        assertThat(api.post("/api/jobs/" + waiting + "/cancel", "").statusCode())
                .isEqualTo(200);
        await().until(() -> receiver.count("/called") == 1);
        await().until(() -> page().contains("posthaste_jobs_pending 1.0")
                && page().contains("posthaste_chains_finished_total{state=\"cancelled\"} 1.0"));
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    /** The binary format is not in the jar. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
                        + "text/plain;version=0.0.4;q=0.3",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
                "application/openmetrics-text;version=1.0.0,application/vnd.google.protobuf;q=0.1"
            })
    void aCollectorThatWouldTakeTheBinaryFormatGetsText(String accepted) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/prometheus"))
                                .header("Accept", accepted)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("posthaste_jobs_accepted_total");
    }

    @Test
    void whatHasHappenedIsCounted() {
        assertThat(page())
                .contains(
                        "posthaste_jobs_accepted_total{source=\"push\"} 6.0",
                        "posthaste_attempts_total{outcome=\"success\"} 3.0",
                        "posthaste_attempts_total{outcome=\"http_server_error\"} 1.0",
                        "posthaste_attempts_total{outcome=\"timeout\"} 0.0",
                        "posthaste_chains_finished_total{state=\"success\"} 3.0",
                        "posthaste_chains_finished_total{state=\"failed_no_retries\"} 1.0",
                        "posthaste_callback_tries_total{outcome=\"delivered\"} 1.0",
                        "posthaste_lateness_seconds_count{queue=\"q\"} 4",
                        "posthaste_attempt_duration_seconds_count{queue=\"q\"} 4",
                        "posthaste_cluster_nodes 1.0",
                        "posthaste_member 1.0",
                        "posthaste_held_up 0.0",
                        "posthaste_repairs_total{kind=\"cron\"} 0.0",
                        "posthaste_take_overs_total ");
        assertThat(value("posthaste_last_claim_timestamp_seconds"))
                .isCloseTo(System.currentTimeMillis() / 1_000.0, within(600.0));
        assertThat(value("posthaste_oldest_overdue_seconds")).isLessThan(600);
    }

    /** In a queue that is paused from then on, so that nothing else is counted. */
    @Test
    void whatAnOperationSendsAgainIsCountedAsAccepted() {
        String replayed = "posthaste_jobs_accepted_total{source=\"replay\"} ";
        long queue = Api.json(api.get("/api/queues")).at("/data/0/id").asLong();
        assertThat(api.post("/api/queues/" + queue + "/pause", "").statusCode()).isEqualTo(200);
        assertThat(page()).contains(replayed + "0.0");

        api.post(
                "/api/operations",
                "{\"action\": \"replay\", \"filter\": {\"final_status\": \"cancelled\"}, \"dry_run\": false}");

        await().until(() -> page().contains(replayed + "1.0"));
    }

    @Test
    void whatGoesToTheDatabaseAtOnceIsMeasured() {
        for (String batch : List.of("intake", "outcomes", "claim")) {
            assertThat(page()).containsPattern("posthaste_batch_size_count\\{batch=\"" + batch + "\"} [1-9]");
            assertThat(page()).containsPattern("posthaste_transaction_seconds_count\\{batch=\"" + batch + "\"} [1-9]");
        }
        for (String pool : List.of("api", "scheduler", "check-in")) {
            assertThat(page()).contains("posthaste_pool_active{pool=\"" + pool + "\"}");
        }
    }

    /** As while the database hangs: whoever asked it would wait for longer than it allows, and fail. */
    @Test
    void thePageComesWhileNothingCanBeReadFromTheDatabase() throws Exception {
        try (Connection other = server.database().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table queue_counts, qrtz_triggers, qrtz_scheduler_state in access exclusive mode");

            assertThat(page()).contains("posthaste_in_flight ", "posthaste_attempts_total{outcome=\"success\"} 3.0");
            other.rollback();
        }
    }

    @Test
    void countersEndWithTotalAndNothingIsInMilliseconds() {
        Matcher type = Pattern.compile("(?m)^# TYPE (posthaste_\\S+) (\\S+)$").matcher(page());
        List<String> names = new ArrayList<>();
        while (type.find()) {
            names.add(type.group(1));
            assertThat(type.group(1).endsWith("_total"))
                    .as(type.group())
                    .isEqualTo(type.group(2).equals("counter"));
        }
        assertThat(names).hasSizeGreaterThan(20).noneMatch(name -> name.contains("_ms") || name.contains("milli"));
    }

    @Test
    void noLabelIsATeamAUrlOrAJob() {
        Matcher label = Pattern.compile("([a-z_]+)=\"")
                .matcher(page().lines()
                        .filter(line -> line.startsWith("posthaste_"))
                        .reduce("", (all, line) -> all + line + "\n"));
        Set<String> labels = new TreeSet<>();
        while (label.find()) {
            labels.add(label.group(1));
        }
        assertThat(labels)
                .containsExactlyInAnyOrder("batch", "kind", "le", "outcome", "pool", "queue", "source", "state");
        assertThat(page()).doesNotContain("127.0.0.1");
    }

    @Test
    void eachNameOnTheBoardAndInTheRulesIsOnThePage() throws IOException {
        Set<String> known = new TreeSet<>();
        Matcher sample = SAMPLE.matcher(page());
        while (sample.find()) {
            known.add(sample.group(1));
        }
        for (String file : List.of("grafana.json", "alerts.yml")) {
            Set<String> used = new TreeSet<>();
            for (String expression : expressions(file)) {
                Matcher name = NAME.matcher(expression);
                while (name.find()) {
                    used.add(name.group());
                }
            }
            assertThat(used).as(file).hasSizeGreaterThan(5);
            assertThat(known).as(file).containsAll(used);
        }
    }

    @Test
    void eachAlertSaysWhatToDoInTheManual() throws IOException {
        String manual = Files.readString(Path.of("docs", "operations.md"), StandardCharsets.UTF_8);
        List<String> alerts = tree("alerts.yml").findValuesAsText("alert");
        assertThat(alerts)
                .hasSizeGreaterThan(5)
                .allSatisfy(alert -> assertThat(manual).contains("`" + alert + "`"));
    }

    /** Of Debian's package prometheus. */
    @Test
    void promtoolTakesTheRulesAndThePage() throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
                "SKIPPED: promtool is not installed (Debian's package prometheus), rules and page are not checked by it");

        assertThat(promtool(
                        "", "check", "rules", MONITORING.resolve("alerts.yml").toString()))
                .isEmpty();
        assertThat(promtool(page(), "check", "metrics").lines().filter(line -> line.startsWith("posthaste_")))
                .isEmpty();
    }

    /** What it says where it complains; nothing where it does not. */
    private static String promtool(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0 ? "" : said;
    }

    private static List<String> expressions(String file) throws IOException {
        return tree(file).findValuesAsText("expr");
    }

    private static JsonNode tree(String file) throws IOException {
        ObjectMapper mapper = file.endsWith(".json") ? new ObjectMapper() : new ObjectMapper(new YAMLFactory());
        return mapper.readTree(MONITORING.resolve(file).toFile());
    }

    private double value(String name) {
        Matcher sample = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(page());
        assertThat(sample.find()).as(name).isTrue();
        return Double.parseDouble(sample.group(1));
    }

    private String page() {
        HttpResponse<String> answer = new Api(server.adminPort(), "").get("/prometheus");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }
}
