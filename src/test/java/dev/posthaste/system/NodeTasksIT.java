package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.ConfigOverride;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator tells one of two nodes by its admin port, and is told of both. */
class NodeTasksIT {
    private static final ConfigOverride LOOPBACK = ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8");

    private final CountDownLatch released = new CountDownLatch(1);
    private RecordingReceiver receiver;
    private ServerInside one;
    private ServerInside two;

    @BeforeEach
    void start() throws Exception {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
        one = new ServerInside(LOOPBACK);
        two = ServerInside.beside(one, LOOPBACK);
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        two.close();
        one.close();
        receiver.close();
    }

    @Test
    void aPausedNodeTakesJobsAndClaimsNoneUntilItIsResumed() {
        task(two, "pause");
        assertThat(task(one, "pause").body()).contains("claims nothing until POST /tasks/resume");

        assertThat(api(one).get("/api/ready").body()).isEqualTo("{\"status\":\"paused\"}");
        long id = api(one).push(job("/paused"));
        await().during(Duration.ofSeconds(1)).until(() -> receiver.count("/paused") == 0);
        assertThat(check(one, "scheduler")).contains("is paused").contains("0 in flight");
        assertThat(check(one, "overdue")).contains("The oldest that is due has waited for ");

        assertThat(task(one, "resume").body()).contains("takes jobs and delivers");
        api(one).awaitStatus(id, "completed");
        assertThat(api(one).get("/api/ready").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(check(one, "overdue")).isEqualTo("Nothing is overdue");
    }

    @Test
    void aDrainedNodeIsNotReadyAndTellsWhatIsStillInFlight() {
        task(two, "pause");
        long held = api(one).push(job("/held"));
        await().until(() -> receiver.count("/held") == 1);

        assertThat(task(one, "drain?seconds=0").body()).contains("1 deliveries are still in flight");

        HttpResponse<String> ready = api(one).get("/api/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("drained");
        assertThat(api(one).get("/api/live").statusCode()).isEqualTo(200);
        HttpResponse<String> pushed = api(one).post("/api/jobs", job("/late"));
        assertThat(pushed.statusCode()).isEqualTo(201);
        assertThat(pushed.headers().allValues("Connection")).containsExactly("close");
        released.countDown();
        assertThat(task(one, "drain").body()).contains("Nothing is in flight.");
        api(one).awaitStatus(held, "completed");
        assertThat(receiver.count("/late")).isZero();

        task(one, "resume");
        await().until(() -> receiver.count("/late") == 1);
        assertThat(api(one).get("/api/ready").statusCode()).isEqualTo(200);
        assertThat(receiver.count("/held")).isEqualTo(1);
    }

    @Test
    void whoIsThereIsListedWithWhatItHolds() {
        task(two, "pause");
        long held = api(one).push(job("/held"));
        await().until(() -> receiver.count("/held") == 1);

        List<String> lines = task(two, "nodes").body().lines().toList();

        assertThat(lines).hasSize(2).allMatch(line -> line.contains(" s ago, of its lease of 8.0 s, holds "));
        assertThat(lines).filteredOn(line -> line.contains("holds 1")).hasSize(1);
        assertThat(lines)
                .filteredOn(line -> line.contains("(this node, it is paused"))
                .singleElement()
                .asString()
                .contains("holds 0");
        released.countDown();
        api(one).awaitStatus(held, "completed");
    }

    @Test
    void whatIsAskedForAndNotOfferedIsRefused() {
        for (String call : List.of("drain?seconds=301", "drain?seconds=x", "pause?all", "resume?x=1", "nodes?x=1")) {
            HttpResponse<String> answer = new Api(one.adminPort(), "none").post("/tasks/" + call, "");
            assertThat(answer.statusCode()).as(call).isEqualTo(422);
        }
        assertThat(api(one).get("/api/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void theAdminPortTellsOfEachReason() {
        JsonNode checks = Api.json(new Api(one.adminPort(), "none").get("/healthcheck"));

        assertThat(checks.fieldNames())
                .toIterable()
                .contains("database", "scheduler", "lease", "threads", "overdue")
                // Of a database that is given.
                .doesNotContain("disk");
        assertThat(checks).allMatch(check -> check.get("healthy").asBoolean());
    }

    private static HttpResponse<String> task(ServerInside node, String call) {
        HttpResponse<String> answer = new Api(node.adminPort(), "none").post("/tasks/" + call, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static String check(ServerInside node, String name) {
        return Api.json(new Api(node.adminPort(), "none").get("/healthcheck"))
                .at("/" + name + "/message")
                .asText();
    }

    private static Api api(ServerInside node) {
        return new Api(node.port(), ServerProcess.TOKEN);
    }

    private String job(String path) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\"}";
    }
}
