package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** "Why was job 7 not sent?" has an answer, in the log of the node that was asked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private ServerProcess server;
    private RecordingReceiver receiver;
    private Api api;
    private Api admin;

    @BeforeAll
    void start() throws IOException {
        receiver = new RecordingReceiver();
        server = ServerProcess.start(ServerProcess.directory("trace"));
        api = server.api();
        admin = new Api(server.adminPort(), ServerProcess.TOKEN);
    }

    @AfterEach
    void end() {
        trace("off");
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void aJobOfTheQueueIsToldFromItsClaimToItsRecordedOutcomeAndNoOther() throws IOException {
        api.createQueue("{\"name\": \"told\", \"retry_delays\": [1]}");
        receiver.script("/told", RecordingReceiver.statuses(500, 200));
        assertThat(trace("queue=told&seconds=3600").body().strip())
                .isEqualTo(
                        "This node tells in its log, for 3600 s, what becomes of the jobs and callbacks of queue \"told\";"
                                + " the lines begin with: Trace \"told\"");

        api.push("{\"queue\": \"untold\", \"url\": \"" + receiver.url("/untold") + "\"}");
        long job = api.push("{\"queue\": \"told\", \"url\": \"" + receiver.url("/told") + "\", \"callback_url\": \""
                + receiver.url("/told-callback") + "\"}");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(lines("callback \\d+, claim"))
                        .filteredOn(line -> line.endsWith("recorded: delivered, no try follows"))
                        .hasSize(2));
        long next = api.job(job).at("/chain/1/id").asLong();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(lines("job (" + job + "|" + next + "), claim"))
                        .filteredOn(line -> line.contains(": recorded"))
                        .hasSize(2));
        String claim = "Trace \"told\", job " + job + ", claim \\S+: ";
        assertThat(lines("job " + job + ":"))
                .singleElement()
                .asString()
                .matches("Trace \"told\", job " + job + ": waits, due at \\S+Z, priority 5");
        assertThat(lines("job " + job + ", claim"))
                .satisfiesExactly(
                        line -> assertThat(line).matches(claim + "claimed, place 1 of 1, due at \\S+Z, weighs 0 bytes"),
                        line -> assertThat(line).matches(claim + "handed over, \\d+ ms after its instant"),
                        line -> assertThat(line)
                                .matches(claim
                                        + "sent: POST to 127.0.0.1 \\(127.0.0.1:\\d+\\), on a (new|kept) connection"),
                        line -> assertThat(line).matches(claim + "answered 500 after \\d+ ms: http_server_error, .*"),
                        line -> assertThat(line)
                                .matches(claim
                                        + "recorded: attempt 1 is failed, retrying, the next attempt is due in 1 s"));
        assertThat(lines("job " + next + ", claim"))
                .last()
                .asString()
                .endsWith("recorded: attempt 2 is completed, success, no attempt follows");
        assertThat(lines("callback \\d+, claim")).anyMatch(line -> line.endsWith(": reports on job " + job));
        assertThat(server.log()).doesNotContain("Trace \"untold\"");
        assertThat(lines("job \\d+[,:]")).allMatch(line -> line.matches(".* job (" + job + "|" + next + ")[,:].*"));
    }

    @Test
    void anExecutionWithoutAQueueIsTold() throws IOException {
        assertThat(trace("crons&seconds=60").body().strip())
                .isEqualTo(
                        "This node tells in its log, for 60 s, what becomes of the attempts, heartbeats and callbacks of"
                                + " executions without a queue, of crons; the lines begin with: Trace crons");
        long cron = Api.json(api.post(
                        "/api/crons",
                        "{\"name\": \"told\", \"cron_expression\": \"@yearly\", \"url\": \""
                                + receiver.url("/told-cron") + "\"}"))
                .get("id")
                .asLong();
        long execution = Api.json(api.post("/api/crons/" + cron + "/run", ""))
                .get("execution_id")
                .asLong();

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .containsPattern("Trace crons, attempt " + execution + ", claim \\S+: answered 200"));
        assertThat(trace("crons&team=absent").body().strip()).isEqualTo("There is no team \"absent\".");
        assertThat(trace("off").body().strip()).isEqualTo("What is of crons is followed no longer.");
    }

    @Test
    void aQueueThatIsPausedSaysSo() {
        long id = api.createQueue("{\"name\": \"halted\"}");
        assertThat(api.post("/api/queues/" + id + "/pause", "").statusCode()).isEqualTo(200);
        trace("queue=halted");

        long job = api.push("{\"queue\": \"halted\", \"url\": \"" + receiver.url("/halted") + "\"}");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .contains(
                                "Trace \"halted\", job " + job + ": waits, due at ",
                                "Trace \"halted\", jobs: passed over, its gate is paused"));
        assertThat(receiver.arrivals("/halted")).isEmpty();
    }

    @Test
    void aLimitThatIsReachedSaysSo() {
        api.createQueue("{\"name\": \"narrow\", \"max_parallelism\": 1}");
        CountDownLatch released = new CountDownLatch(1);
        receiver.script("/narrow", RecordingReceiver.held(released));
        trace("queue=narrow");
        try {
            for (int i = 0; i < 2; i++) {
                api.push("{\"queue\": \"narrow\", \"url\": \"" + receiver.url("/narrow") + "\"}");
            }

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(server.log())
                                    .contains(
                                            "Trace \"narrow\", jobs: passed over, as many are in flight as its gate lets through"));
        } finally {
            released.countDown();
        }
    }

    @Test
    void aRateThatIsReachedSaysSoAndUntilWhen() {
        api.createQueue("{\"name\": \"slow\", \"max_per_second\": 1}");
        trace("queue=slow");
        for (int i = 0; i < 5; i++) {
            api.push("{\"queue\": \"slow\", \"url\": \"" + receiver.url("/slow") + "\"}");
        }

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .containsPattern(
                                "Trace \"slow\", jobs: passed over, its gate has let through what it may a second, and"
                                        + " the next in \\d+ ms"));
    }

    @Test
    void itEndsByItselfAndWhenItIsToldTo() {
        api.createQueue("{\"name\": \"short\"}");
        trace("queue=short&seconds=1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .contains("Trace \"short\", the time is over, and nothing more is told"));
        assertThat(trace("off").body().strip()).isEqualTo("No queue was followed.");

        trace("queue=short");
        assertThat(trace("off").body().strip()).isEqualTo("Queue \"short\" is followed no longer.");
    }

    @Test
    void whatCannotBeFollowedIsSaidInASentence() throws IOException {
        api.createQueue("{\"name\": \"known\"}");
        String usage = "POST /tasks/trace?queue=NAME[&team=NAME][&seconds=1..3600]"
                + " follows a queue, POST /tasks/trace?crons[&team=NAME][&seconds=1..3600] executions of crons"
                + " without one, POST /tasks/trace?off ends that.";
        for (List<String> refused : List.of(
                List.of("queue=absent", "The team \"default\" has no queue \"absent\"."),
                List.of("queue=a%0Ab", "The team \"default\" has no queue \"a b\"."),
                List.of("queue=known&team=absent", "There is no team \"absent\"."),
                List.of("queue=known&seconds=3601", "seconds must be a whole number from 1 to 3600, not \"3601\"."),
                List.of("queue=known&seconds=0", "seconds must be a whole number from 1 to 3600, not \"0\"."),
                List.of("queue=known&seconds=x", "seconds must be a whole number from 1 to 3600, not \"x\"."),
                List.of("", "Give queue once, with a value: " + usage),
                List.of("off&anything=1", "\"anything\" is no parameter of this: " + usage),
                List.of("off=false", "Give off once, without a value: " + usage),
                List.of("crons=emails", "Give crons once, without a value: " + usage))) {
            HttpResponse<String> answer = trace(refused.get(0));
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body().strip()).isEqualTo(refused.get(1));
        }
        assertThat(server.log()).doesNotContain("ERROR", "RefusedException");
        assertThat(trace("off").body().strip()).isEqualTo("No queue was followed.");
    }

    @Test
    void aNameForgesNoLine() {
        String name = "two\u2028lines";
        api.createQueue("{\"name\": \"two\\u2028lines\"}");
        String answer = trace("queue=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .body();
        api.push("{\"queue\": \"two\\u2028lines\", \"url\": \"" + receiver.url("/two") + "\"}");

        assertThat(answer.strip()).endsWith("the lines begin with: Trace \"two lines\"");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .containsPattern("Trace \"two lines\", job \\d+, claim \\S+: recorded"));

        api.push("{\"queue\": \"two\\u2028lines\", \"url\": \"http://127.0.0.1:1/\"}");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(server.log())
                        .containsPattern("Job \\d+ of queue \"two lines\" failed on attempt 1: "));
    }

    /** Dropwizard takes one that it does not know for DEBUG. */
    @Test
    void aLevelOfLoggingThatIsNoneIsRefusedInASentence() throws IOException {
        HttpResponse<String> refused = task("log-level?logger=dev.posthaste&level=DEBGU");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body().strip())
                .isEqualTo("level is \"DEBGU\": it must be OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL; without one the"
                        + " logger has its parent's.");
        for (String never : List.of("soon", "PT-1S", "P999999999999D", "PT9223372036854775S")) {
            HttpResponse<String> endless = task("log-level?logger=dev.posthaste.none&level=DEBUG&duration=" + never);
            assertThat(endless.statusCode()).as(never).isEqualTo(422);
            assertThat(endless.body().strip())
                    .isEqualTo("duration is \"" + never
                            + "\": it must be a time such as PT90S or PT2H, and no longer than a timer takes.");
        }
        assertThat(server.log()).doesNotContain("ERROR", "RefusedException");
        for (String known : List.of("&level=debug", "&level=INFO", "")) {
            assertThat(task("log-level?logger=dev.posthaste.none" + known).statusCode())
                    .isEqualTo(200);
        }
    }

    private HttpResponse<String> trace(String query) {
        return task("trace?" + query);
    }

    private HttpResponse<String> task(String call) {
        return admin.send(admin.request("/tasks/" + call).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** The traced lines with what the expression finds, without their times and levels. */
    private List<String> lines(String expression) throws IOException {
        return server.log()
                .lines()
                .filter(line -> line.contains(" Trace \""))
                .map(line -> line.substring(line.indexOf("Trace \"")))
                .filter(line -> line.matches("Trace \"told\", .*" + expression + ".*"))
                .toList();
    }
}
