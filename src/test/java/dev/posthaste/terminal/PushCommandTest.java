package dev.posthaste.terminal;

import static dev.posthaste.system.RecordingReceiver.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.system.RecordingReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is pushed, as a server gets it. */
class PushCommandTest {
    private static final String ACCEPTED =
            "{\"success\":true,\"queue_id\":1,\"job_id\":7,\"scheduled_at\":\"2026-04-10T14:10:00+00:00\",\"message\":\"\"}";

    @TempDir
    private Path directory;

    private RecordingReceiver server;

    @BeforeEach
    void start() throws IOException {
        server = new RecordingReceiver();
        server.script("/api/jobs", answering(201, ACCEPTED));
        server.script("/api/jobs/batch", answering(201, "{\"jobs\":[]}"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyOptionIsAFieldAndThePayloadGoesAsItIsSpelt() {
        TerminalRun run = push(
                "--queue=e \"mails",
                "--url=http://a/b",
                "--method=PUT",
                "--payload={\"n\": 12345678901234567890.10}",
                "-H",
                "X-A: b: c",
                "--delay=10",
                "--callback-url=http://c",
                "--timeout=5",
                "--retry-delays=1,2",
                "--priority=9",
                "-t",
                "a",
                "-t",
                "b",
                "--redact=body");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).isEqualTo("Job 7 is accepted; due 2026-04-10 14:10:00 UTC.\n");
        assertThat(arrived("/api/jobs").body())
                .isEqualTo("{\"queue\": \"e \\\"mails\", \"url\": \"http://a/b\", \"method\": \"PUT\","
                        + " \"headers\": {\"X-A\": \"b: c\"}, \"payload\": {\"n\": 12345678901234567890.10}, \"delay\": 10,"
                        + " \"callback_url\": \"http://c\", \"timeout_seconds\": 5, \"retry_delays\": [1, 2], \"priority\": 9,"
                        + " \"tags\": [\"a\", \"b\"], \"redact\": [\"body\"]}");
        assertThat(arrived("/api/jobs").header("Authorization")).isEqualTo("Bearer " + TerminalRun.TOKEN);
    }

    @Test
    void aValueMayBeginWithAMinus() {
        TerminalRun run = push(
                "-q",
                "a",
                "-u",
                "http://b",
                "--payload",
                "-5",
                "-t",
                "-token",
                "--tag=-q",
                "--tag",
                "-x",
                "-H",
                "-X: y");

        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(arrived("/api/jobs").body())
                .contains("\"payload\": -5", "\"tags\": [\"-token\", \"-q\", \"-x\"]", "{\"-X\": \"y\"}");
    }

    @Test
    void anOptionIsNotTakenForTheValueThatAnotherOneLacks() {
        for (String forgotten : List.of("--tag -w", "--tag --url=http://c", "-q --wait")) {
            TerminalRun run = push(("-u http://b " + forgotten).split(" ", -1));

            assertThat(run.exitCode()).as(forgotten).isEqualTo(2);
            assertThat(run.errors()).contains(" has no value: ", "If it is meant as the value, write --");
        }
        assertThat(server.count("/api/jobs")).isZero();
    }

    @Test
    void aCallThatHangsIsGivenUpWhenTheTimeToWaitIsOver() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        server.script("/api/jobs/7", (exchange, count) -> over.await());

        long begun = System.nanoTime();
        TerminalRun run = push("-q", "a", "-u", "http://b", "--wait-at-most", "1");
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        over.countDown();

        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.errors()).contains("has not ended within 1 second. It goes on");
        assertThat(taken).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void aPayloadCanEndNothingButItself() {
        assertThat(push("-q", "a", "-u", "http://b", "-p", "{}, \"queue\": \"other\""))
                .satisfies(run -> {
                    assertThat(run.exitCode()).isEqualTo(2);
                    assertThat(run.errors()).startsWith("The payload is not valid JSON");
                });
        assertThat(server.count("/api/jobs")).isZero();
    }

    @Test
    void aPayloadComesFromAFileOrStandardInput() throws IOException {
        Path file = Files.writeString(directory.resolve("p.json"), "{\"from\": \"file\"}\n");

        push("-q", "a", "-u", "http://b", "-p", "@" + file);
        TerminalRun.withInput(server.url(""), "[\"in\"]", "push", "-q", "a", "-u", "http://b", "-p", "-");

        assertThat(server.arrivals("/api/jobs").get(0).body()).contains("\"payload\": {\"from\": \"file\"}}");
        assertThat(server.arrivals("/api/jobs").get(1).body()).contains("\"payload\": [\"in\"]}");
    }

    @Test
    void aBodyIsQuoted() {
        push("-q", "a", "-u", "http://b", "--body", "a\"b\\c\nd");

        assertThat(arrived("/api/jobs").body()).contains("\"body\": \"a\\\"b\\\\c\\u000ad\"}");
    }

    @Test
    void aPushThatCannotBeTakenJustNowIsRepeatedUnderItsKey() {
        server.script(
                "/api/jobs",
                RecordingReceiver.once(
                        answering(503, "{\"error\":\"Busy.\"}", "Retry-After", "1"), answering(201, ACCEPTED)));

        TerminalRun run = push("-q", "a", "-u", "http://b", "--quiet");

        assertThat(run.output()).isEqualTo("7\n");
        assertThat(run.errors()).isEqualTo("Busy. Try again in 1 second. Trying again in 1 second.\n");
        assertThat(server.arrivals("/api/jobs").stream()
                        .map(arrival -> arrival.header("Idempotency-Key"))
                        .collect(Collectors.toSet()))
                .hasSize(1);
    }

    @Test
    void aServerThatSaysHowLongToWaitIsNotAskedBefore() {
        server.script(
                "/api/jobs",
                RecordingReceiver.once(
                        answering(429, "{\"error\":\"Too many.\"}", "Retry-After", "2"), answering(201, ACCEPTED)));

        long begun = System.nanoTime();
        TerminalRun run = push("-q", "a", "-u", "http://b", "--quiet");

        assertThat(run.output()).isEqualTo("7\n");
        assertThat(run.errors()).endsWith("Trying again in 2 seconds.\n");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({"success, 0", "failed_no_retries, 1", "dead_lettered, 1", "cancelled, 1"})
    void howWhatIsWaitedForHasEndedIsToldByTheExitCode(String end, int exitCode) {
        server.script(
                "/api/jobs/7", answering(200, "{\"id\":7,\"final_status\":\"" + end + "\",\"chain\":[],\"runs\":[]}"));

        TerminalRun run = push("-q", "a", "-u", "http://b", "--wait");

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.output()).isEqualTo("Job 7: " + end + "\n");
    }

    @Test
    void aRefusalIsNotRepeatedAndTellsEveryField() {
        server.script(
                "/api/jobs",
                answering(
                        422,
                        "{\"message\":\"A (and 1 more error)\",\"errors\":{\"url\":[\"The url field must be a valid URL.\"],"
                                + "\"delay\":[\"The delay field must be at least 0.\"]}}"));

        TerminalRun run = push("-q", "a", "-u", "x");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("url: The url field must be a valid URL. delay: The delay field must");
        assertThat(server.count("/api/jobs")).isEqualTo(1);
    }

    @Test
    void aFileIsPushedByTheThousandUnderKeysThatFollowFromIt() throws IOException {
        Path file = jobs(2_500);

        TerminalRun run = push("--file", file.toString());

        assertThat(run.output()).as(run.errors()).isEqualTo("2,500 jobs accepted.\n");
        assertThat(keys()).hasSize(3);
        Set<String> first = Set.copyOf(keys());
        assertThat(first).hasSize(3);
        push("--file", file.toString());
        assertThat(keys().subList(3, 6)).isEqualTo(keys().subList(0, 3));
        push("--file", file.toString(), "--again");
        assertThat(keys().subList(6, 9)).doesNotContainAnyElementsOf(first);
    }

    @Test
    void alikeBatchesOfOneFileHaveKeysOfTheirOwn() throws IOException {
        Path file = Files.write(
                directory.resolve("alike.jsonl"),
                IntStream.range(0, 2_000).mapToObj(i -> "{\"n\":1}").toList());

        push("--file", file.toString());

        assertThat(Set.copyOf(keys())).hasSize(2);
    }

    @Test
    void whatIsRefusedOfAFileIsToldWithItsLine() throws IOException {
        server.script(
                "/api/jobs/batch",
                RecordingReceiver.once(
                        answering(201, "{\"jobs\":[]}"),
                        answering(
                                422,
                                "{\"message\":\"x\",\"errors\":{\"jobs.3.url\":[\"The jobs.3.url field is required.\"],"
                                        + "\"jobs.4.url\":[\"y\"]}}")));

        TerminalRun run = push("--file", jobs(1_100).toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("line 1004.url: The line 1004.url field is required. line 1005.url: y")
                .contains("up to line 1,000 (1,000 jobs) is pushed");
    }

    @Test
    void aFileThatIsWrongInItsMiddleSaysWhatIsPushed() throws IOException {
        Path file = jobs(1_500);
        Files.writeString(file, Files.readString(file, StandardCharsets.UTF_8).replace("{\"n\":1200}", "{\"n\":"));

        TerminalRun run = push("--file", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .contains("Line 1,201 of", "is not valid JSON", "up to line 1,000 (1,000 jobs) is pushed");
    }

    @Test
    void aFileGoesWithNoOptionOfASingleJob() throws IOException {
        assertThat(push("--file", jobs(1).toString(), "--queue", "a").exitCode())
                .isEqualTo(2);
        assertThat(push("--file", jobs(1).toString(), "--wait").exitCode()).isEqualTo(2);
        assertThat(push("--again", "-q", "a", "-u", "http://b").exitCode()).isEqualTo(2);
    }

    private Path jobs(int count) throws IOException {
        return Files.write(
                directory.resolve("jobs.jsonl"),
                IntStream.range(0, count).mapToObj(i -> "{\"n\":" + i + "}").toList());
    }

    private List<String> keys() {
        return server.arrivals("/api/jobs/batch").stream()
                .map(arrival -> arrival.header("Idempotency-Key"))
                .toList();
    }

    private RecordingReceiver.Arrival arrived(String path) {
        List<RecordingReceiver.Arrival> arrivals = server.arrivals(path);
        assertThat(arrivals).hasSize(1);
        return arrivals.get(0);
    }

    private TerminalRun push(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "push";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return TerminalRun.of(server.url(""), all);
    }
}
