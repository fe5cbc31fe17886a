package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.postgres.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Operations as clients see them, on two nodes: what was asked for is done once, whichever of them does it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private TestDatabase database;
    private RecordingReceiver receiver;
    private ServerProcess one;
    private ServerProcess two;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        database = TestDatabase.empty();
        one = ServerProcess.start(ServerProcess.directory("operations"), database.settings());
        two = ServerProcess.start(ServerProcess.directory("operations"), database.settings());
        api = one.api();
    }

    @AfterAll
    void stop() {
        try {
            Verified.assertNothingToMend(List.of(one, two));
        } finally {
            one.close();
            two.close();
            receiver.close();
            database.close();
        }
    }

    @Test
    void deadLettersOfOneHostAreCountedReplayedAndPurged() {
        receiver.script("/broken", RecordingReceiver.status(500));
        List<Long> ids = api.pushAll(job("broken", "/broken", "'retry_delays': [1], 'tags': ['of-a-test']"), 30);
        awaitListed("dead-letters?limit=100&queue=broken", 30);
        String filter = "'filter': {'queue': 'broken', 'final_status': 'dead_lettered', 'host': '127.0.0.1',"
                + " 'failure_reason': 'http_server_error', 'tag': 'of-a-test'}";

        JsonNode counted = ended(start("'action': 'replay', " + filter));
        assertThat(counted.toString()).contains("\"matched\":30,\"done\":0,\"skipped\":0", "\"dry_run\":true");
        assertThat(listed("dead-letters?limit=100&queue=broken")).isEqualTo(30);

        receiver.script("/broken", RecordingReceiver.status(200));
        JsonNode replayed = ended(start("'action': 'replay', 'dry_run': false, " + filter));
        assertThat(replayed.toString()).contains("\"matched\":30,\"done\":30,\"skipped\":0");
        assertThat(listed("dead-letters?limit=100&queue=broken")).isZero();
        awaitListed("jobs?limit=100&queue=broken&final_status=success", 30);
        assertThat(receiver.timesSent("/broken")).hasSize(90);
        assertThat(receiver.timesSent("/broken").values()).containsOnly(1L);
        assertThat(api.job(ids.get(0)).get("replayed_as").asLong()).isGreaterThan(ids.get(29));

        JsonNode purged = ended(start("'action': 'purge', 'dry_run': false, 'filter': {'queue': 'broken'}"));
        assertThat(purged.toString()).contains("\"matched\":60,\"done\":60,\"skipped\":0");
        assertThat(listed("jobs?queue=broken")).isZero();
        assertThat(counts("broken").toString())
                .isEqualTo("{\"pending\":0,\"processing\":0,\"completed\":0,\"failed\":0,\"dead_lettered\":0}");
        assertThat(api.get("/api/audit?action=operation.finish").body())
                .contains(
                        "\"thing\":{\"type\":\"operation\",\"id\":" + purged.get("id") + ",\"name\":\"purge\"}",
                        "\"count\":60");
    }

    @Test
    void whatIsPendingIsCancelledAndNeverSent() {
        api.pushAll(job("waiting", "/never", "'delay': 3600"), 20);
        long soon = api.push(job("waiting", "/soon", "'delay': 3600"));

        JsonNode cancelled = ended(
                start(
                        "'action': 'cancel', 'dry_run': false, 'filter': {'queue': 'waiting', 'url': '/never', 'status': 'pending'}"));

        assertThat(cancelled.toString()).contains("\"matched\":20,\"done\":20,\"skipped\":0");
        assertThat(counts("waiting").get("pending").asLong()).isOne();
        assertThat(api.job(soon).get("status").asText()).isEqualTo("pending");
        assertThat(api.post("/api/queues/" + api.job(soon).get("queue_id") + "/purge", "")
                        .body())
                .isEqualTo("{\"cancelled\":1}");
        assertThat(receiver.count("/never")).isZero();
    }

    /** A node that is killed in the middle leaves the rest to the other one, within seconds. */
    @Test
    void whatANodeHasBegunAnotherOneEnds() throws Exception {
        receiver.script("/dying", RecordingReceiver.status(404));
        api.pushAll(job("dying", "/dying", "'retry_delays': []"), 200);
        awaitListed("jobs?limit=100&queue=dying&final_status=failed_no_retries", 100);
        await().atMost(SOON).until(() -> counts("dying").get("failed").asLong() == 200);
        ServerProcess third = ServerProcess.start(ServerProcess.directory("operations"), database.settings());
        receiver.script("/dying", RecordingReceiver.status(200));

        long id = Api.json(third.api()
                        .post(
                                "/api/operations",
                                quoted("{'action': 'replay', 'dry_run': false, 'filter': {'queue': 'dying'},"
                                        + " 'max_per_second': 50}")))
                .get("id")
                .asLong();
        await().atMost(SOON).until(() -> operation(id).get("done").asLong() > 20);
        third.kill();

        JsonNode ended = ended(id);
        assertThat(ended.get("status").asText()).isEqualTo("finished");
        assertThat(ended.get("done").asLong()).isEqualTo(200);
        await().atMost(SOON).until(() -> counts("dying").get("completed").asLong() == 200);
        assertThat(receiver.timesSent("/dying")).hasSize(400);
        assertThat(database.number("select count(*) from jobs where replayed_as is not null and queue_id ="
                        + " (select id from queues where name = 'dying')"))
                .isEqualTo(200);
    }

    @Test
    void oneThatIsStoppedLeavesTheRestAsItIs() {
        api.pushAll(job("stopped", "/stopped", "'delay': 3600"), 50);
        long id = start("'action': 'cancel', 'dry_run': false, 'max_per_second': 1, 'filter': {'queue': 'stopped'}");
        await().atMost(SOON).until(() -> operation(id).get("done").asLong() > 0);

        HttpResponse<String> stopped = two.api().post("/api/operations/" + id + "/stop", "");

        assertThat(stopped.statusCode()).isEqualTo(200);
        long done = Api.json(stopped).get("done").asLong();
        assertThat(Api.json(stopped).get("status").asText()).isEqualTo("stopped");
        HttpResponse<String> again = api.post("/api/operations/" + id + "/stop", "{}");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body())
                .isEqualTo("{\"error\":\"The operation is stopped; only a running one can be stopped.\"}");
        assertThat(operation(id).get("done").asLong()).isEqualTo(done).isLessThan(50);
        assertThat(counts("stopped").get("pending").asLong()).isEqualTo(50 - done);
        assertThat(api.get("/api/audit?action=operation.stop").body()).contains("\"id\":" + id);
    }

    @Test
    void anOperationIsAnsweredAsItWasAskedForListedAndShown() {
        HttpResponse<String> started = api.post(
                "/api/operations",
                quoted(
                        "{'action': 'purge', 'max_per_second': 7, 'filter': {'url': 'nothing', 'before': '2026-04-10T14:10:00+02:00'}}"));

        assertThat(started.statusCode()).isEqualTo(202);
        JsonNode answer = Api.json(started);
        String path = "/api/operations/" + answer.get("id");
        assertThat(started.headers().firstValue("Location")).contains(path);
        assertThat(answer.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "id",
                        "action",
                        "filter",
                        "dry_run",
                        "max_per_second",
                        "status",
                        "matched",
                        "done",
                        "skipped",
                        "created_at",
                        "finished_at");
        assertThat(answer.get("filter").toString())
                .isEqualTo("{\"url\":\"nothing\",\"before\":\"2026-04-10T12:10:00+00:00\"}");
        assertThat(answer.get("status").asText()).isEqualTo("running");
        assertThat(answer.get("finished_at").isNull()).isTrue();
        JsonNode finished = ended(answer.get("id").asLong());
        assertThat(finished.get("finished_at").asText()).matches("\\d{4}-.*\\+00:00");
        ended(start("'action': 'purge', 'filter': {'url': 'nothing'}"));
        JsonNode page = Api.json(api.get("/api/operations?limit=1"));
        assertThat(page.get("data")).hasSize(1);
        assertThat(Api.json(api.get("/api/operations?limit=100&cursor="
                                + page.get("next_cursor").asText()))
                        .get("data"))
                .extracting(one -> one.get("id").asLong())
                .contains(answer.get("id").asLong())
                .doesNotContain(page.at("/data/0/id").asLong());
        assertThat(api.get("/api/operations/99999").body()).isEqualTo("{\"error\":\"Operation not found\"}");
        assertThat(api.get("/api/operations/x").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/operations/99999/stop", "").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/operations", "{\"action\": \"purge\", \"filter\": {}}")
                        .statusCode())
                .isEqualTo(422);
    }

    /** The empty value of somebody's variable would mean the jobs of all queues. */
    @Test
    void whatIsBlankInAFilterIsRefusedAndNotLeftOut() {
        for (String name : List.of("queue", "url", "tag", "host", "status", "failure_reason", "before")) {
            HttpResponse<String> refused = api.post(
                    "/api/operations",
                    quoted("{'action': 'purge', 'filter': {'final_status': 'success', '" + name + "': ' '}}"));

            assertThat(refused.statusCode()).as(name).isEqualTo(422);
            assertThat(Api.json(refused).get("errors").get("filter." + name).toString())
                    .as(name)
                    .contains("field must not be blank: leave out what does not matter.");
        }
        ended(start("'action': 'purge', 'filter': {'final_status': 'success', 'queue': null, 'url': 'nothing'}"));
    }

    @Test
    void aFailureOfWhichNoRunIsKeptIsUnknownInGroupsListsAndOperations() throws Exception {
        receiver.script("/forgotten", RecordingReceiver.status(500));
        List<Long> ids = api.pushAll(job("forgotten", "/forgotten", "'retry_delays': [1]"), 2);
        awaitListed("dead-letters?queue=forgotten", 2);
        database.execute(
                "delete from runs where job_id in (select id from jobs where original_job_id = " + ids.get(0) + ")");
        String unknown = "dead-letters?queue=forgotten&failure_reason=unknown";

        assertThat(Api.json(api.get("/api/dead-letters/groups?by=failure_reason"))
                        .get("groups")
                        .toString())
                .contains("{\"value\":\"unknown\",\"count\":1}");
        assertThat(Api.json(api.get("/api/" + unknown)).get("data"))
                .extracting(letter -> letter.get("id").asLong())
                .containsExactly(ids.get(0));
        assertThat(ended(start("'action': 'purge', 'filter': {'queue': 'forgotten', 'failure_reason': 'unknown'}"))
                        .get("matched")
                        .asLong())
                .isOne();
    }

    private long start(String fields) {
        HttpResponse<String> started = api.post("/api/operations", quoted("{" + fields + "}"));
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        return Api.json(started).get("id").asLong();
    }

    private JsonNode operation(long id) {
        return Api.json(api.get("/api/operations/" + id));
    }

    private JsonNode ended(long id) {
        return await().atMost(SOON)
                .until(() -> operation(id), one -> !one.get("status").asText().equals("running"));
    }

    private JsonNode counts(String queue) {
        for (JsonNode one : Api.json(api.get("/api/queues?limit=100")).get("data")) {
            if (one.get("name").asText().equals(queue)) {
                return one.get("counts");
            }
        }
        throw new AssertionError(queue);
    }

    private int listed(String list) {
        return Api.json(api.get("/api/" + list)).get("data").size();
    }

    private void awaitListed(String list, int count) {
        await().atMost(SOON).until(() -> listed(list) == count);
    }

    private String job(String queue, String path, String more) {
        return quoted("{'queue': '" + queue + "', 'url': '" + receiver.url(path) + "', " + more + "}");
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }
}
