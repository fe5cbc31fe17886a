package dev.posthaste.terminal;

import static dev.posthaste.system.RecordingReceiver.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.system.RecordingReceiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told where something is wrong, and what a terminal gets of texts of others. */
class TerminalTest {
    private static final String JOBS = "/api/jobs?limit=25";
    private static final Devices TERMINAL = new Devices(true, true, true, 200);

    @TempDir
    private Path directory;

    private RecordingReceiver server;

    @BeforeEach
    void start() throws IOException {
        server = new RecordingReceiver();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void withoutATokenItSaysWhereToPutOne() {
        TerminalRun run = with(Map.of("POSTHASTE_URL", server.url("")), "jobs");

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.errors()).contains("There is no token.", "POSTHASTE_TOKEN", "--token-file");
    }

    @Test
    void aTokenMayComeFromAFile() throws IOException {
        server.script(JOBS, answering(200, "{\"data\":[],\"next_cursor\":null}"));
        Path file = Files.writeString(directory.resolve("token"), "from-a-file\n");

        assertThat(with(Map.of("POSTHASTE_URL", server.url("")), "jobs", "--token-file", file.toString())
                        .exitCode())
                .isZero();
        assertThat(with(Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN_FILE", file.toString()), "jobs")
                        .exitCode())
                .isZero();
        assertThat(server.arrivals(JOBS))
                .hasSize(2)
                .allMatch(arrival -> arrival.header("Authorization").equals("Bearer from-a-file"));
    }

    @Test
    void aTokenThatIsNotTakenIsToldAndOneThatMayNotAsWell() {
        server.script(JOBS, answering(401, "{\"error\":\"Invalid authorization token\"}"));
        assertThat(jobs()).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.errors()).startsWith("Invalid authorization token. Is POSTHASTE_TOKEN");
        });
        server.script(JOBS, answering(403, "{\"error\":\"The token lacks the scope jobs:read.\"}"));
        assertThat(jobs()).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.errors()).isEqualTo("The token lacks the scope jobs:read.\n");
        });
    }

    @Test
    void nobodyThereIsExitCodeThree() throws IOException {
        String free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = "http://127.0.0.1:" + socket.getLocalPort();
        }
        TerminalRun run = TerminalRun.of(free, "jobs");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors()).startsWith("Nobody listens on " + free);
        assertThat(TerminalRun.of("http://nowhere.invalid", "jobs").errors())
                .startsWith("The host of http://nowhere.invalid is not known.");
    }

    @Test
    void whatIsNoPosthasteIsToldToBeNone() {
        server.script(JOBS, answering(200, "<html>", "Content-Type", "text/html"));
        assertThat(jobs()).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.errors()).contains("200 (text/html), and not as Posthaste does. Is POSTHASTE_URL");
        });
        server.script(JOBS, answering(404, "Not here\u001b[2J"));
        assertThat(jobs().exitCode()).isEqualTo(3);
    }

    @Test
    void aPathThatTheServerDoesNotHaveIsAMistakeOfTheAddressAndAThingThatIsNotThereIsNone() {
        server.script("/foo" + JOBS, answering(404, "{\"error\":\"Not found\"}"));
        assertThat(TerminalRun.of(server.url("/foo"), "jobs")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.errors())
                    .startsWith("There is no API at " + server.url("/foo" + JOBS) + " (404). Is POSTHASTE_URL");
        });
        server.script("/api/jobs/7", answering(404, "{\"error\":\"Job not found\"}"));
        assertThat(TerminalRun.of(server.url(""), "job", "7")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors()).isEqualTo("Job not found\n");
        });
    }

    @Test
    void aTokenDoesNotFollowARedirect() {
        server.script(JOBS, answering(302, "", "Location", server.url("/elsewhere")));

        TerminalRun run = jobs();

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors()).contains("leads elsewhere (302): " + server.url("/elsewhere"));
        assertThat(server.count("/elsewhere")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "ftp://a", "http://", "http://u:p@a", "http://a?b", "http://a b", "/api"})
    void whatIsNoAddressIsAMistakeOfTheCommandLine(String url) {
        TerminalRun run = TerminalRun.of(url, "jobs");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).startsWith("What POSTHASTE_URL names is no address of a server");
    }

    @Test
    void anAddressMayHaveAPath() {
        server.script("/post/haste/api/jobs?limit=25", answering(200, "{\"data\":[]}"));

        assertThat(TerminalRun.of(server.url("/post/haste/"), "jobs").exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jbos",
                "jobs --limt 3",
                "job x",
                "job",
                "jobs --limit 0",
                "queues pause",
                "queues stop a",
                "crons run"
            })
    void whatCannotBeUnderstoodIsExitCodeTwo(String line) {
        TerminalRun run = TerminalRun.of(server.url(""), line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).isNotBlank().doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            jobs --status bogus | --status is one of pending, processing, completed, failed, cancelled, and not 'bogus'.
            job 1 stop          | ACTION is one of cancel, replay, delete, and not 'stop'.
            job abc             | ID is a whole number of 18 digits at most, and not 'abc'.
            jobs --limit many   | --limit is a whole number of 18 digits at most, and not 'many'.
            dead-letters replay 1 x | Unmatched argument at index 3: 'x'.
            jobs --limit 1 --limit 2 | option '--limit' (N) should be specified only once.
            """)
    void aValueThatCannotBeIsToldWithThoseThatCan(String line, String sentence) {
        TerminalRun run = TerminalRun.of(server.url(""), line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .isEqualTo(sentence + " `posthaste " + line.split(" ", -1)[0] + " --help` shows what there is.\n");
    }

    @Test
    void aFilterByStatusIsSentAsTheApiSpellsIt() {
        server.script(
                "/api/jobs?status=failed&final_status=failed_no_retries&limit=25", answering(200, "{\"data\":[]}"));

        assertThat(TerminalRun.of(
                                server.url(""), "jobs", "-s", "failed", "--final-status", "failed_no_retries", "--json")
                        .exitCode())
                .isZero();
    }

    @Test
    void namesAndAnswersOfOthersCannotWriteOnATerminalByThemselves() {
        String hostile =
                "{\"data\":[{\"id\":1,\"queue\":\"\\u001b[31mred\\r\",\"status\":\"pending\",\"url\":\"http://a/\u009b2J\u202e\"}]}";
        server.script(JOBS, answering(200, hostile));

        TerminalRun table = onTerminal(Map.of(), "jobs");
        TerminalRun json = onTerminal(Map.of(), "jobs", "--json");
        server.script(JOBS, answering(409, "{\"error\":\"\\u001b]0;title\\u0007\"}"));
        TerminalRun error = onTerminal(Map.of(), "jobs");

        assertThat(table.output()).contains("\\u001b[31mred\\r", "http://a/\\u009b2J\\u202e");
        assertThat(table.output().replaceAll("\u001b\\[[0-9]m|\u001b\\[3[1-3]m", ""))
                .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
        assertThat(json.output())
                .isEqualTo(hostile.substring(9, hostile.length() - 2)
                                .replace("\u009b", "\\u009b")
                                .replace("\u202e", "\\u202e")
                        + "\n");
        assertThat(error.errors()).contains("\\u001b]0;title\\u0007");
    }

    @Test
    void coloursAreForTerminalsOnlyAndForThoseWhoWantThem() {
        server.script(JOBS, answering(200, "{\"data\":[{\"id\":1,\"status\":\"failed\"}]}"));

        assertThat(onTerminal(Map.of(), "jobs").output()).contains("\u001b[31mfailed\u001b[0m");
        assertThat(onTerminal(Map.of("NO_COLOR", "1"), "jobs").output()).doesNotContain("\u001b");
        assertThat(onTerminal(Map.of("TERM", "dumb"), "jobs").output()).doesNotContain("\u001b");
        assertThat(jobs().output()).doesNotContain("\u001b");
    }

    @Test
    void aListGoesOnOverPagesThatComeShortUntilThereIsEnough() {
        server.script(JOBS, answering(200, "{\"data\":[{\"id\":3}],\"next_cursor\":\"a b\"}"));
        server.script("/api/jobs?limit=24&cursor=a+b", answering(200, "{\"data\":[],\"next_cursor\":\"c\"}"));
        server.script("/api/jobs?limit=24&cursor=c", answering(200, "{\"data\":[{\"id\":1}],\"next_cursor\":null}"));

        assertThat(TerminalRun.of(server.url(""), "jobs", "--json").output()).isEqualTo("{\"id\":3}\n{\"id\":1}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobs", "jobs --json"})
    void aListThatIsCutSaysSoAsideHoweverItIsShown(String line) {
        server.script(
                JOBS, answering(200, "{\"data\":[" + "{\"id\":1},".repeat(24) + "{\"id\":1}],\"next_cursor\":\"c\"}"));

        TerminalRun run = TerminalRun.of(server.url(""), line.split(" ", -1));

        assertThat(run.exitCode()).isZero();
        assertThat(run.errors()).isEqualTo("There may be more than these 25: --limit N, or --all.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobs", "jobs --json", "--help", "jobs --help", "--version", "completion"})
    void aResultThatCannotBeWrittenIsNoSuccess(String line) {
        server.script(JOBS, answering(200, "{\"data\":[{\"id\":1}]}"));
        String[] arguments = line.split(" ", -1);

        assertThat(toAnOutputThatFailsBy("No space left on device", arguments)).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(6);
            assertThat(run.errors())
                    .isEqualTo("The result cannot be written: No space left on device."
                            + " What was asked for may have been done.\n");
        });
        assertThat(toAnOutputThatFailsBy("Broken pipe", arguments)).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(141);
            assertThat(run.errors()).isEmpty();
        });
    }

    private TerminalRun toAnOutputThatFailsBy(String reason, String... arguments) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(reason);
            }
        };
        int exitCode = new Terminal(new Surroundings(
                        Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN", "t"),
                        InputStream.nullInputStream(),
                        new ResultStream(broken),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        new Devices(false, false, false, 0),
                        "0"))
                .run(arguments);
        return new TerminalRun(exitCode, "", errors.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aHostThatJavaCannotCallIsToldToBeOne() {
        TerminalRun run = TerminalRun.of("http://post_haste:8080", "jobs");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).startsWith("The host that POSTHASTE_URL names has an underscore");
    }

    @Test
    void filtersAreEncoded() {
        server.script("/api/jobs?queue=a%26b&url=%2F%3F&tag=%C3%A4&limit=2", answering(200, "{\"data\":[]}"));

        assertThat(TerminalRun.of(server.url(""), "jobs", "-q", "a&b", "-u", "/?", "-t", "ä", "--limit", "2")
                        .exitCode())
                .isZero();
    }

    @Test
    void whatCannotBeTakenBackIsAskedFirst() {
        server.script(
                "/api/queues?limit=100",
                answering(200, "{\"data\":[{\"id\":5,\"name\":\"a\",\"counts\":{\"pending\":1234}}]}"));
        server.script("/api/queues/5/purge", answering(200, "{\"cancelled\":1234}"));
        Map<String, String> environment = Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN", "t");

        TerminalRun unasked = with(environment, "queues", "purge", "a");
        TerminalRun no = TerminalRun.of(environment, "\n", TERMINAL, "queues", "purge", "a");

        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.errors()).contains("Cancel 1,234 pending jobs of queue a?", "--yes");
        assertThat(no.exitCode()).isEqualTo(1);
        assertThat(server.count("/api/queues/5/purge")).isZero();
        assertThat(TerminalRun.of(environment, "y\n", TERMINAL, "queues", "purge", "a")
                        .output())
                .isEqualTo("Queue a: 1,234 jobs cancelled.\n");
        assertThat(with(environment, "queues", "purge", "a", "--yes").exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job 7 delete",
                "dead-letters purge 7 8",
                "dead-letters replay 7",
                "dead-letters purge --queue a",
                "dead-letters replay --queue a"
            })
    void whatRemovesOrSendsAgainIsAskedFirst(String line) {
        server.script(
                "/api/queues?limit=100",
                answering(200, "{\"data\":[{\"id\":5,\"name\":\"a\",\"counts\":{\"dead_lettered\":3}}]}"));
        Map<String, String> environment = Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN", "t");
        String[] arguments = line.split(" ", -1);

        TerminalRun unasked = with(environment, arguments);
        TerminalRun no = TerminalRun.of(environment, "no\n", TERMINAL, arguments);

        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.errors()).contains("? Nobody can be asked here: say --yes.");
        assertThat(no.exitCode()).isEqualTo(1);
        for (String path : new String[] {"/api/jobs/7", "/api/dead-letters/purge", "/api/dead-letters/replay"}) {
            assertThat(server.count(path)).as(path).isZero();
        }
    }

    @Test
    void aServerThatCannotDoItJustNowIsExitCodeThreeAndWhoAsksTooOftenIsRefused() {
        server.script(JOBS, answering(503, "{\"error\":\"Busy.\"}", "Retry-After", "7"));
        assertThat(jobs()).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.errors()).isEqualTo("Busy. Try again in 7 seconds.\n");
        });
        server.script(JOBS, answering(429, "{\"error\":\"Too many calls.\"}", "Retry-After", "1"));
        assertThat(jobs()).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors()).isEqualTo("Too many calls. Try again in 1 second.\n");
        });
    }

    @Test
    void whatWasDoneIsToldAsTheServersOwnJsonWhereThatIsWanted() {
        server.script("/api/jobs/7/cancel", answering(200, "{\"id\": 7, \"n\": 1.0}"));

        assertThat(TerminalRun.of(server.url(""), "job", "7", "cancel", "--json")
                        .output())
                .isEqualTo("{\"id\": 7, \"n\": 1.0}\n");
    }

    /** Scripts keep either of them in a file. */
    @Test
    void resultsAndWhatIsSaidAsideAreColouredEachForItsOwnTerminal() {
        server.script(JOBS, answering(409, "{\"error\":\"No.\"}"));
        Map<String, String> environment = Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN", "t");

        assertThat(TerminalRun.of(environment, "", new Devices(true, true, false, 200), "jobs")
                        .errors())
                .isEqualTo("No.\n");
        assertThat(TerminalRun.of(environment, "", new Devices(true, false, true, 200), "jobs")
                        .errors())
                .isEqualTo("\u001b[31mNo.\u001b[0m\n");
    }

    @Test
    void aTokenIsNeverShownWhateverIsWrongWithIt() {
        server.script(JOBS, answering(401, "{\"error\":\"Invalid authorization token\"}"));

        for (String token : new String[] {"pht_of-nobody", "pht_of-nobody \u00e4", "\"pht_of-nobody\" x"}) {
            TerminalRun run = with(Map.of("POSTHASTE_URL", server.url(""), "POSTHASTE_TOKEN", token), "jobs");

            assertThat(run.exitCode()).isEqualTo(4);
            assertThat(run.errors() + run.output()).isNotBlank().doesNotContain("of-nobody");
        }
    }

    /** Until the token is taken no more, which ends it. */
    @ParameterizedTest
    @ValueSource(strings = {"tail --failed", "tail --failed --json"})
    void whoFollowsFailuresIsToldOfNothingElse(String line) {
        String begun = "{\"data\":[{\"id\":1,\"status\":\"completed\"}],\"next_cursor\":null}";
        String ended = "{\"data\":[{\"id\":4,\"status\":\"cancelled\",\"url\":\"http://c\"},"
                + "{\"id\":3,\"status\":\"failed\",\"url\":\"http://b\"},"
                + "{\"id\":2,\"status\":\"completed\",\"url\":\"http://a\"},"
                + "{\"id\":1,\"status\":\"completed\"}],\"next_cursor\":null}";
        for (String status : new String[] {"processing", "pending"}) {
            server.script("/api/jobs?status=" + status + "&limit=100", answering(200, "{\"data\":[]}"));
        }
        server.script("/api/jobs/3", answering(200, "{\"id\":3,\"status\":\"failed\",\"url\":\"http://b\"}"));
        List<RecordingReceiver.Script> looks = List.of(
                answering(200, begun),
                answering(200, ended),
                answering(401, "{\"error\":\"Invalid authorization token\"}"));
        server.script(
                "/api/jobs?limit=100",
                (exchange, count) -> looks.get(Math.min(count, 3) - 1).answer(exchange, count));

        TerminalRun run = TerminalRun.of(server.url(""), line.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.output()).contains("http://b").doesNotContain("http://a", "http://c");
        assertThat(run.output().lines()).hasSize(1);
    }

    @Test
    void helpNamesEveryCommandAndTheExitCodes() {
        TerminalRun run = TerminalRun.of(server.url(""), "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .contains("push", "jobs", "job", "queues", "dead-letters", "crons", "tail", "completion", "server")
                .contains("Exit codes: 0 done");
        assertThat(TerminalRun.of(server.url(""), "push", "--help").output()).contains("--payload", "jobs.jsonl");
        assertThat(TerminalRun.of(server.url(""), "--version").output()).isEqualTo("Posthaste 0\n");
    }

    @Test
    void completionKnowsCommandsOptionsAndValues() {
        assertThat(TerminalRun.of(server.url(""), "completion").output())
                .contains("--payload", "dead-letters", "failed_no_retries", "complete -F");
    }

    private TerminalRun jobs() {
        return TerminalRun.of(server.url(""), "jobs");
    }

    private TerminalRun onTerminal(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("POSTHASTE_URL", server.url(""));
        environment.put("POSTHASTE_TOKEN", "t");
        return TerminalRun.of(environment, "", TERMINAL, arguments);
    }

    private static TerminalRun with(Map<String, String> environment, String... arguments) {
        return TerminalRun.of(environment, "", new Devices(false, false, false, 0), arguments);
    }
}
