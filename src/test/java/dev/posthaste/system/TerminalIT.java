package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.ReportFile;
import dev.posthaste.postgres.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the terminal: the launcher and the built jar against a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TerminalIT {
    /** What a command has said, output and errors apart. */
    private record Said(int exitCode, String output, String errors) {}

    @TempDir
    private Path directory;

    private final TestDatabase database = TestDatabase.fresh();
    private ServerProcess server;
    private RecordingReceiver receiver;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        server = ServerProcess.start(ServerProcess.directory("terminal"), database.settings());
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
        database.close();
    }

    @Test
    void aJobIsPushedAndItsSuccessIsWaitedFor() throws Exception {
        receiver.script("/ok", RecordingReceiver.status(204));

        Said said = run(
                "push",
                "-q",
                "waited",
                "-u",
                receiver.url("/ok"),
                "-p",
                "{\"n\": 12345678901234567890}",
                "-H",
                "X-A: ä",
                "--wait");

        assertThat(said.exitCode()).as(said.errors()).isZero();
        assertThat(said.output()).matches("Job [0-9]+: success \\(attempt 1, answered 204 after [0-9]+ ms\\)\n");
        assertThat(receiver.arrivals("/ok").get(0).body()).isEqualTo("{\"n\": 12345678901234567890}");
    }

    @Test
    void aChainThatFailsIsWaitedForToItsEndAndIsExitCodeOne() throws Exception {
        receiver.script("/bad", RecordingReceiver.status(500));

        Said said = run("push", "-q", "failing", "-u", receiver.url("/bad"), "--retry-delays", "1", "--wait");

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.output()).contains("dead_lettered (attempt 2, answered 500 after ", "http_server_error");
        assertThat(receiver.count("/bad")).isEqualTo(2);
    }

    @Test
    void whatDoesNotEndInTimeIsExitCodeFive() throws Exception {
        Said said = run("push", "-q", "late", "-u", receiver.url("/late"), "--delay", "3600", "--wait-at-most", "1");

        assertThat(said.exitCode()).isEqualTo(5);
        assertThat(said.errors()).contains("has not ended within 1 second. It goes on");
    }

    @Test
    void aFileOfJobsIsPushedOnceHoweverOftenItIsSent() throws Exception {
        Path file = Files.write(
                directory.resolve("jobs.jsonl"),
                IntStream.range(0, 2_300)
                        .mapToObj(i -> "{\"queue\": \"file\", \"url\": \"" + receiver.url("/f") + "\", \"delay\": 3600,"
                                + " \"payload\": {\"i\": " + i + "}}")
                        .toList());

        Said first = run("push", "--file", file.toString());
        Said second = run("push", "--file", file.toString());

        assertThat(first.output()).as(first.errors()).isEqualTo("2,300 jobs accepted.\n");
        assertThat(second.output()).startsWith("0 jobs accepted, and 2,300 that were pushed within 24 hours before");
        JsonNode queue = Api.json(line(run("queues", "--all", "--json").output(), "\"name\":\"file\""));
        assertThat(queue.at("/counts/pending").asInt()).isEqualTo(2_300);
        assertThat(run("jobs", "--queue", "file", "--all", "--json").output().lines())
                .hasSize(2_300);
        Said some = run("jobs", "--queue", "file", "--limit", "120");
        assertThat(some.output().lines()).hasSize(121);
        assertThat(some.errors()).contains("There may be more than these 120");
        assertThat(run("queues", "purge", "file", "--yes").output()).isEqualTo("Queue file: 2,300 jobs cancelled.\n");
    }

    @Test
    void aLineOfAFileThatTheServerRefusesIsNamed() throws Exception {
        Path file = Files.writeString(
                directory.resolve("wrong.jsonl"),
                "{\"queue\": \"file\", \"url\": \"" + receiver.url("/f") + "\"}\n\n{\"queue\": \"file\"}\n");

        Said said = run("push", "--file", file.toString());

        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.errors()).contains("line 3.url").contains("Nothing was pushed.");
    }

    @Test
    void aJobIsShownCancelledReplayedAndDeleted() throws Exception {
        String id = run("push", "-q", "steered", "-u", receiver.url("/steered"), "--delay", "3600", "--quiet")
                .output()
                .strip();

        assertThat(run("job", id).output())
                .contains("Job " + id, "in steered: pending", "POST " + receiver.url("/steered"));
        assertThat(run("job", id, "cancel").output()).isEqualTo("Job " + id + " is cancelled.\n");
        Said again = run("job", id, "cancel");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.errors()).isNotBlank();
        String replayed = run("job", id, "replay").output().replaceAll(".* as job ([0-9]+)\\.\n", "$1");
        await().until(() -> receiver.count("/steered") == 1);
        server.api().awaitStatus(Long.parseLong(replayed), "completed");
        assertThat(run("job", replayed).output()).contains("Run ", "answered 200 after", "completed, success");
        assertThat(run("job", replayed, "delete", "--yes").exitCode()).isZero();
        assertThat(run("job", replayed)).satisfies(said -> {
            assertThat(said.exitCode()).isEqualTo(1);
            assertThat(said.errors()).isEqualTo("Job not found\n");
        });
    }

    @Test
    void aQueueIsPausedAndResumedByItsName() throws Exception {
        server.api().createQueue("{\"name\": \"stop & go\", \"max_parallelism\": 2}");

        assertThat(run("queues", "pause", "stop & go").exitCode()).isZero();
        assertThat(run("queues", "--all").output()).containsPattern("paused .* 2 at once +stop & go");
        assertThat(run("queues", "resume", "stop & go").output()).isEqualTo("Queue stop & go sends again.\n");
        assertThat(run("queues", "pause", "stop").errors()).contains("There is no queue stop");
    }

    @Test
    void deadLettersAreListedReplayedAndPurged() throws Exception {
        receiver.script("/dead", RecordingReceiver.status(410));
        for (int i = 0; i < 3; i++) {
            run("push", "-q", "dead", "-u", receiver.url("/dead"), "--retry-delays", "1", "--tag", "doomed", "--wait");
        }

        String list = run("dead-letters", "--queue", "dead").output();
        String id = list.lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];

        assertThat(list.lines()).hasSize(4);
        assertThat(list).contains("410", "http_client_error", "doomed", receiver.url("/dead"));
        receiver.script("/dead", RecordingReceiver.status(200));
        assertThat(run("dead-letters", "replay", id, "--yes").output()).isEqualTo("1 dead letter replayed.\n");
        assertThat(run("dead-letters", "purge", "--queue", "dead").exitCode()).isEqualTo(2);
        assertThat(run("dead-letters", "purge", "--queue", "dead", "--yes").output())
                .isEqualTo("2 dead letters purged.\n");
    }

    @Test
    void cronsAreListedRunPausedAndResumed() throws Exception {
        long id = Api.json(server.api()
                        .post(
                                "/api/crons",
                                "{\"name\": \"nightly\", \"url\": \"" + receiver.url("/cron")
                                        + "\", \"cron_expression\": \"0 3 * * *\", \"tags\": [\"by-night\"]}"))
                .get("id")
                .asLong();

        assertThat(run("crons").output())
                .containsPattern(id + " +active +0 3 \\* \\* \\* +UTC .* 03:00:00 .*by-night +nightly");
        assertThat(run("crons", "--tag", "by-night").output()).contains("nightly");
        assertThat(run("crons", "--tag", "by-day").output()).doesNotContain("nightly");
        assertThat(run("crons", "run", "" + id).output()).startsWith("Cron " + id + " runs: execution ");
        await().until(() -> receiver.count("/cron") == 1);
        assertThat(run("crons", "pause", "" + id).output()).isEqualTo("Cron " + id + " is paused.\n");
        assertThat(run("crons", "resume", "" + id).output()).contains("fires again, next at ", "03:00:00 UTC.");
    }

    @Test
    void whatAPayloadSpellsIsShownToTheLetter() throws Exception {
        String id = run(
                        "push",
                        "-q",
                        "spelt",
                        "-u",
                        receiver.url("/s"),
                        "--delay",
                        "3600",
                        "--quiet",
                        "-p",
                        "{\"a\":1.0,\"b\":9007199254740993,\"c\":\"\u202e\u009b\"}")
                .output()
                .strip();

        assertThat(run("job", id).output()).contains("{\"a\":1.0,\"b\":9007199254740993,\"c\":\"\\u202e\\u009b\"}");
        assertThat(run("job", id, "--json").output())
                .contains("\"payload\":{\"a\":1.0,\"b\":9007199254740993,\"c\":\"\\u202e\\u009b\"}");
    }

    @Test
    void aCommandOfTheServerGoesToIt() throws Exception {
        assertThat(run("check", "config.yml").output()).isEqualTo("Configuration is OK\n");
        assertThat(run("jbos").exitCode()).isEqualTo(2);
        assertThat(run("--help").output()).contains("posthaste", "dead-letters");
    }

    private Said run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "bin/posthaste"));
        command.addAll(List.of(arguments));
        Path output = ReportFile.named("output");
        Path errors = ReportFile.named("errors");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment(server.port()));
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the command did not end: " + List.of(arguments));
        }
        return new Said(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    /** In a locale that knows ASCII only, which must not matter. */
    private static Map<String, String> environment(int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "POSTHASTE_JAR", Path.of(ServerProcess.jar()).toAbsolutePath().toString());
        environment.put("POSTHASTE_URL", "http://127.0.0.1:" + port);
        environment.put("POSTHASTE_TOKEN", ServerProcess.TOKEN);
        environment.put("LC_ALL", "");
        environment.put("LANG", "");
        return environment;
    }

    private static String line(String output, String part) {
        return output.lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
    }

    @Test
    void tailFollowsJobsOverARestartOfTheServer() throws Exception {
        Path data = ServerProcess.directory("tail");
        receiver.script("/tailed", RecordingReceiver.statuses(200, 503, 200));
        try (TestDatabase own = TestDatabase.fresh()) {
            try (ServerProcess first = ServerProcess.start(data, own.settings());
                    Tail tail = Tail.start(first.port())) {
                int port = first.port();
                long early = push(port, "/early", "\"delay\": 3");
                await().until(() -> {
                    push(port, "/probe", "\"delay\": 0");
                    return tail.said("/probe");
                });
                long id = push(port, "/tailed", "\"delay\": 0");
                await().until(() -> tail.said("job " + id + " in t accepted"));
                await().until(() -> tail.said("job " + id + " in t completed"));
                await().until(() -> tail.said("job " + early + " in t completed"));
                first.terminate();
                await().until(() -> tail.complained("Looking on until it is there again."));
                await().until(() -> !first.isAlive());
                Map<String, String> same = new HashMap<>(own.settings());
                same.put("POSTHASTE_PORT", String.valueOf(port));
                try (ServerProcess second = ServerProcess.startUnready(data, same)) {
                    Api api = new Api(port, ServerProcess.TOKEN);
                    await().ignoreExceptions()
                            .until(() -> api.get("/api/health").statusCode() == 200);
                    long failing = push(port, "/tailed", "\"retry_delays\": []");
                    await().until(() -> tail.said("job " + failing + " in t failed, failed_no_retries, answered 503"));
                    assertThat(second.isAlive()).isTrue();
                }
            }
        }
    }

    private long push(int port, String path, String more) {
        return new Api(port, ServerProcess.TOKEN)
                .push("{\"queue\": \"t\", \"url\": \"" + receiver.url(path) + "\", " + more + "}");
    }

    /** A {@code posthaste tail} that runs. */
    private record Tail(Process process, Path output, Path errors) implements AutoCloseable {
        static Tail start(int port) throws IOException {
            Path output = ReportFile.named("tail");
            Path errors = ReportFile.named("tail-errors");
            ProcessBuilder builder = new ProcessBuilder("sh", "bin/posthaste", "tail")
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment(port));
            return new Tail(builder.start(), output, errors);
        }

        boolean said(String part) throws IOException {
            return Files.readString(output).contains(part);
        }

        boolean complained(String part) throws IOException {
            return Files.readString(errors).contains(part);
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
