package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.system.RecordingReceiver.Arrival;
import io.dropwizard.testing.ConfigOverride;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users call their jobs and crons by is kept, shown and filtered by, and never sent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TagsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CRON = "'cron_expression': '@yearly'";

    private ServerInside server;
    private RecordingReceiver receiver;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        receiver = new RecordingReceiver();
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", "127.0.0.0/8"));
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    @Test
    void whateverATagIsMadeOfItIsShownAsItCameAndEachOnce() throws Exception {
        List<String> tags =
                List.of("invoice", "a,b", "{\"x\": \"y\"}", "\\", "\"", "NULL", "über 😀", "'; drop table jobs; --");
        List<String> repeated = new ArrayList<>(tags);
        repeated.add("invoice");

        long job = api.push(quoted(job("hostile", "/later", "'delay': 3600, 'tags': TAGS"))
                .replace("TAGS", JSON.writeValueAsString(repeated)));

        assertThat(tags(api.job(job))).isEqualTo(tags);
        assertThat(tags(listed("jobs?queue=hostile").get(0))).isEqualTo(tags);
        for (String tag : tags) {
            assertThat(ids("jobs?tag=" + encoded(tag))).as(tag).containsExactly(job);
        }
        assertThat(ids("jobs?tag=invoic")).isEmpty();
        assertThat(ids("jobs?tag=Invoice")).isEmpty();
    }

    @Test
    void asManyAndAsLongAsAllowedAreKept() throws Exception {
        List<String> most =
                IntStream.range(0, 10).mapToObj(i -> "😀".repeat(63) + i).toList();

        long job = push("most", "/later", "'delay': 3600, 'tags': " + JSON.writeValueAsString(most));

        assertThat(tags(api.job(job))).isEqualTo(most);
        assertThat(ids("jobs?tag=" + encoded(most.get(9)))).containsExactly(job);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a'|tags|The tags field must be an array.",
                "{}|tags|The tags field must be an array.",
                "['a', 7]|tags.1|The tags.1 field must be a string.",
                "['a', null]|tags.1|The tags.1 field must be a string.",
                "['']|tags.0|The tags.0 field is required.",
                "[' ']|tags.0|The tags.0 field is required.",
                "['a\\u0000b']|tags.0|The tags.0 field must not contain control characters.",
                "['a\\nb']|tags.0|The tags.0 field must not contain control characters.",
                "['a\\u0085b']|tags.0|The tags.0 field must not contain control characters.",
            },
            quoteCharacter = '`')
    void whatIsNoTagIsRefused(String tags, String field, String complaint) {
        for (HttpResponse<String> answer : List.of(
                post("jobs", job("refused", "/x", "'tags': " + tags)),
                post("crons", "{'name': 'a', 'url': 'http://a.test/', " + CRON + ", 'tags': " + tags + "}"))) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
            assertThat(Api.json(answer).get("errors").get(field).get(0).asText())
                    .isEqualTo(complaint);
        }
    }

    @Test
    void moreAndLongerOnesAreRefused() throws Exception {
        HttpResponse<String> tooMany = post(
                "jobs", job("refused", "/x", "'tags': " + JSON.writeValueAsString(Collections.nCopies(11, "same"))));
        HttpResponse<String> tooLong = post("jobs", job("refused", "/x", "'tags': ['" + "😀".repeat(65) + "']"));

        assertThat(tooMany.statusCode()).isEqualTo(422);
        assertThat(tooMany.body()).contains("The tags field must not have more than 10 items.");
        assertThat(tooLong.statusCode()).isEqualTo(422);
        assertThat(tooLong.body()).contains("The tags.0 field must not be greater than 64 characters.");
        assertThat(api.get("/api/jobs?tag=%00").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/crons?tag=" + "a".repeat(65)).statusCode()).isEqualTo(422);
    }

    @Test
    void aPatchReplacesThemAnEmptyListTakesThemAwayAndNullLeavesThem() {
        long job = push("changed", "/later", "'delay': 3600, 'tags': ['one', 'two']");
        String path = "/api/jobs/" + job;

        assertThat(tags(Api.json(api.patch(path, "{\"tags\": [\"three\"]}")))).containsExactly("three");
        assertThat(tags(Api.json(api.patch(path, "{\"tags\": null, \"priority\": 7}"))))
                .containsExactly("three");
        assertThat(tags(Api.json(api.patch(path, "{\"tags\": []}")))).isEmpty();
        assertThat(ids("jobs?queue=changed&tag=three")).isEmpty();
        assertThat(api.get("/api/audit?action=job.change").body()).contains("\"tags\"");
    }

    @Test
    void aChainItsDeadLetterAndTheReplayHaveThemAndReceiversNever() {
        receiver.script("/dying", RecordingReceiver.status(500));
        long job = push("dying", "/dying", "'tags': ['for-eyes-only'], 'retry_delays': [1], 'payload': {}");
        await().until(() -> api.job(job).get("final_status").asText().equals("dead_lettered"));

        assertThat(listed("jobs?queue=dying&tag=for-eyes-only"))
                .extracting(one -> one.get("attempt_number").asInt())
                .containsExactly(2, 1);
        assertThat(tags(listed("dead-letters?queue=dying&tag=for-eyes-only").get(0)))
                .containsExactly("for-eyes-only");
        assertThat(listed("dead-letters?queue=dying&tag=another")).isEmpty();
        long replay = Api.json(api.post("/api/jobs/" + job + "/replay", "{}"))
                .get("job_id")
                .asLong();

        assertThat(tags(api.job(replay))).containsExactly("for-eyes-only");
        await().until(() -> receiver.count("/dying") >= 3);
        assertThat(receiver.arrivals("/dying"))
                .extracting(Arrival::toString)
                .noneMatch(arrival -> arrival.contains("for-eyes-only"));
    }

    @Test
    void aJobWithoutTagsHasAnEmptyListAndNothingIsStoredOfIt() throws Exception {
        long job = push("plain", "/later", "'delay': 3600");
        long empty = push("plain", "/later", "'delay': 3600, 'tags': []");

        assertThat(tags(api.job(job))).isEmpty();
        assertThat(tags(api.job(empty))).isEmpty();
        assertThat(server.database()
                        .number("select count(*) from requests r join jobs j on j.request_id = r.id where j.id in ("
                                + job + ", " + empty + ") and r.tags is null"))
                .isEqualTo(2);
    }

    @Test
    void aPageForATagLooksAtABoundedNumberAndGoesOnByItsCursor() {
        long tagged = push("many", "/later", "'delay': 3600, 'tags': ['needle']");
        String other = quoted(job("many", "/later", "'delay': 3600"));
        for (int i = 0; i < 3; i++) {
            api.pushAll(other, 1_000);
        }

        JsonNode first = Api.json(api.get("/api/jobs?queue=many&tag=needle"));
        JsonNode second = Api.json(api.get("/api/jobs?queue=many&tag=needle&cursor="
                + first.get("next_cursor").asText()));

        assertThat(first.get("data")).isEmpty();
        assertThat(second.get("data")).extracting(one -> one.get("id").asLong()).containsExactly(tagged);
        assertThat(api.get("/api/jobs?queue=many&tag=other&cursor="
                                + first.get("next_cursor").asText())
                        .statusCode())
                .as("a cursor is good for its own filters")
                .isEqualTo(422);
    }

    @Test
    void aCronAndItsExecutionsHaveThemAndAChangeHoldsForThoseToCome() {
        long cron = Api.json(post(
                        "crons",
                        "{'name': 'nightly', 'url': '" + receiver.url("/cron") + "', " + CRON
                                + ", 'tags': ['night', 'report']}"))
                .get("id")
                .asLong();
        String path = "/api/crons/" + cron;
        long before = run(path);

        JsonNode changed = Api.json(api.patch(path, "{\"tags\": [\"day\"]}"));
        long after = run(path);

        assertThat(tags(changed)).containsExactly("day");
        assertThat(tags(listed("crons?tag=day").get(0))).containsExactly("day");
        assertThat(listed("crons?tag=night")).isEmpty();
        assertThat(tags(Api.json(api.get(path + "/executions/" + before)))).containsExactly("night", "report");
        assertThat(tags(Api.json(api.get(path + "/executions/" + after)))).containsExactly("day");
        assertThat(ids("crons/" + cron + "/executions?tag=day")).containsExactly(after);
        assertThat(ids("crons/" + cron + "/executions?tag=report")).containsExactly(before);
        assertThat(ids("crons/" + cron + "/executions")).containsExactly(after, before);
        assertThat(tags(Api.json(api.post(path + "/pause", "")))).containsExactly("day");
        assertThat(api.get("/api/audit?action=cron.change").body()).contains("\"tags\"");
    }

    @Test
    void aHeartbeatHasTagsToo() {
        long cron = Api.json(post("crons", "{'name': 'backup', 'expect_ping': true, " + CRON + ", 'tags': ['night']}"))
                .get("id")
                .asLong();

        assertThat(tags(Api.json(api.get("/api/crons/" + cron)))).containsExactly("night");
    }

    @Test
    void deadLettersAreFoundByTheHostAndTheReasonOfTheirLastRun() {
        receiver.script("/gone", RecordingReceiver.status(410));
        long gone = push("reasons", "/gone", "'retry_delays': [1]");
        long refused = api.push(quoted("{'queue': 'reasons', 'url': 'http://LOCALHOST:1/x', 'retry_delays': [1]}"));
        await().until(() -> listed("dead-letters?queue=reasons").size() == 2);

        String all = "dead-letters?queue=reasons";
        assertThat(ids(all + "&failure_reason=http_client_error")).containsExactly(gone);
        assertThat(ids(all + "&host=127.0.0.1")).containsExactly(gone);
        assertThat(ids(all + "&host=Localhost")).containsExactly(refused);
        assertThat(ids("dead-letters?host=localhost")).containsExactly(refused);
        assertThat(ids(all + "&host=127.0.0.1&failure_reason=timeout")).isEmpty();
        assertThat(ids(all + "&host=local")).isEmpty();
        assertThat(api.get("/api/dead-letters?failure_reason=TIMEOUT").statusCode())
                .isEqualTo(422);
        String next = "/api/" + all + "&cursor="
                + Api.json(api.get("/api/" + all + "&limit=1"))
                        .get("next_cursor")
                        .asText();
        assertThat(api.get(next).statusCode()).isEqualTo(200);
        for (String other : List.of("host=127.0.0.1", "failure_reason=http_client_error", "tag=a", "url=x")) {
            assertThat(api.get(next + "&" + other).statusCode())
                    .as("a cursor is good for its own filters, not with " + other)
                    .isEqualTo(422);
        }
    }

    private long run(String cron) {
        return Api.json(api.post(cron + "/run", "")).get("execution_id").asLong();
    }

    private HttpResponse<String> post(String things, String body) {
        return api.post("/api/" + things, quoted(body));
    }

    private long push(String queue, String path, String more) {
        return api.push(quoted(job(queue, path, more)));
    }

    private String job(String queue, String path, String more) {
        return "{'queue': '" + queue + "', 'url': '" + receiver.url(path) + "', " + more + "}";
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private List<JsonNode> listed(String list) {
        List<JsonNode> data = new ArrayList<>();
        Api.json(api.get("/api/" + list)).get("data").forEach(data::add);
        return data;
    }

    private List<Long> ids(String list) {
        return listed(list).stream().map(one -> one.get("id").asLong()).toList();
    }

    private static List<String> tags(JsonNode thing) {
        List<String> tags = new ArrayList<>();
        thing.get("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    private static String encoded(String tag) {
        return URLEncoder.encode(tag, StandardCharsets.UTF_8);
    }
}
