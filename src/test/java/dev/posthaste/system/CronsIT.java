package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Crons are made, shown, changed, paused and removed. None of them is due while this runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CronsIT {
    private ServerInside server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside();
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aNewCronTellsWhenItNextFires() {
        HttpResponse<String> made = make("\"name\": \"Health Check\", \"cron_expression\": \"0 0 1 1 *\"");

        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode cron = Api.json(made);
        assertThat(made.headers().firstValue("Location")).contains("/api/crons/" + cron.get("id"));
        assertThat(cron.fieldNames())
                .toIterable()
                .containsExactly("id", "name", "cron_expression", "next_run_at", "is_active");
        assertThat(cron.get("next_run_at").asText()).endsWith("-01-01T00:00:00+00:00");
        JsonNode shown = show(cron.get("id").asLong());
        assertThat(shown.get("next_run_at")).isEqualTo(cron.get("next_run_at"));
        assertThat(shown.get("timezone").asText()).isEqualTo("UTC");
        assertThat(shown.get("method").asText()).isEqualTo("POST");
        assertThat(shown.get("timeout_seconds").asInt()).isEqualTo(30);
        assertThat(shown.get("retry_delays")).isEmpty();
        assertThat(shown.get("overlap").asText()).isEqualTo("allow");
        assertThat(shown.get("alert_threshold").asInt()).isEqualTo(1);
        assertThat(shown.get("success_assertions")).isEmpty();
        assertThat(shown.get("queue").isNull()).isTrue();
        assertThat(shown.get("last_status").isNull()).isTrue();
        assertThat(shown.get("consecutive_failures").asInt()).isZero();
    }

    @Test
    void whatIsSetIsShownWithMasks() {
        long id = made(
                "\"name\": \"all\", \"cron_expression\": \"@yearly\", \"method\": \"PUT\", \"payload\": \"not {json\","
                        + " \"headers\": {\"Authorization\": \"Bearer secret\", \"X-A\": \"b\"}, \"timezone\": \"Europe/Berlin\","
                        + " \"callback_url\": \"https://example.com/back\", \"timeout_seconds\": 7, \"alert_threshold\": 3,"
                        + " \"success_assertions\": [{\"type\": \"body_contains\", \"value\": \"ok\"}],"
                        + " \"retry_delays\": [1, 2], \"overlap\": \"skip\", \"queue\": \"crons' own\"");

        JsonNode cron = show(id);

        assertThat(cron.get("payload").asText()).isEqualTo("not {json");
        assertThat(cron.at("/headers/Authorization").asText()).startsWith("REDACTED:");
        assertThat(cron.at("/headers/X-A").asText()).isEqualTo("b");
        assertThat(cron.get("next_run_at").asText()).endsWith("-12-31T23:00:00+00:00");
        assertThat(cron.get("callback_url").asText()).isEqualTo("https://example.com/back");
        assertThat(cron.get("timeout_seconds").asInt()).isEqualTo(7);
        assertThat(cron.get("retry_delays")).hasToString("[1,2]");
        assertThat(cron.get("overlap").asText()).isEqualTo("skip");
        assertThat(cron.get("queue").asText()).isEqualTo("crons' own");
        assertThat(cron.at("/success_assertions/0/type").asText()).isEqualTo("body_contains");
        long hidden = made("\"name\": \"hidden\", \"cron_expression\": \"@yearly\", \"payload\": \"secret\","
                + " \"redact\": [\"body\"]");
        assertThat(show(hidden).get("payload").asText()).startsWith("REDACTED:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | The name field is required. (and 2 more errors)",
                "{'name': 'x', 'url': 'https://example.com/'} | A cron expression is required.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': 7} | The cron expression field must be a string.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': '61 * * * *'} | The cron expression is invalid: in"
                        + " the minute field, 61 is not between 0 and 59.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': '@daily', 'timezone': 'Mars'} | The timezone field"
                        + " must be the IANA name of a time zone, such as UTC or Europe/Berlin.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': '@daily', 'payload': {}} | The payload field must be"
                        + " a string.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': '@daily', 'alert_threshold': 4} | The alert threshold"
                        + " field must be between 1 and 3.",
                "{'name': 'x', 'url': 'https://example.com/', 'cron_expression': '@daily', 'overlap': 'queue'} | The selected overlap"
                        + " is invalid.",
                "{'name': 'x', 'url': 'nowhere', 'cron_expression': '@daily'} | The url field must be a valid URL.",
                "{'name': 'x', 'cron_expression': '@daily', 'url': 'https://example.com/', 'expect_ping': true} | The url field must"
                        + " not be given with expect_ping.",
                "{'name': 'x', 'cron_expression': '@daily', 'url': 'https://example.com/', 'grace_seconds': 9} | The grace seconds"
                        + " field must not be given without expect_ping.",
                "{'name': 'x', 'cron_expression': '@daily', 'expect_ping': true, 'grace_seconds': 86401} | The grace seconds field must"
                        + " be between 1 and 86400.",
                "{'name': 'x', 'cron_expression': '@daily', 'expect_ping': 1} | The expect ping field must be true or false. (and 1"
                        + " more error)",
                "{'name': 'x', 'cron_expression': '@daily', 'expect_ping': true, 'queue': 'q'} | The queue field must not be given with"
                        + " expect_ping.",
                "{'name': 'x\ty', 'url': 'https://example.com/', 'cron_expression': '@daily'} | The name field must not contain"
                        + " control characters.",
            })
    void whatIsWrongIsTold(String body, String message) {
        HttpResponse<String> answer =
                api.post("/api/crons", body.replace('\'', '"').replace("\t", "\\t"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(Api.json(answer).get("message").asText()).isEqualTo(message);
    }

    @Test
    void aChangeHoldsFromNowOnAndNothingElseIsChanged() {
        long id = made("\"name\": \"changing\", \"cron_expression\": \"0 0 1 1 *\", \"payload\": \"p\","
                + " \"callback_url\": \"https://example.com/back\", \"queue\": \"one\"");
        JsonNode before = show(id);

        JsonNode renamed = changed(id, "{\"name\": \"other\"}");
        assertThat(renamed.get("name").asText()).isEqualTo("other");
        assertThat(renamed.get("next_run_at")).isEqualTo(before.get("next_run_at"));
        assertThat(renamed.get("payload").asText()).isEqualTo("p");

        JsonNode elsewhere = changed(id, "{\"timezone\": \"Asia/Tokyo\"}");
        assertThat(elsewhere.get("next_run_at").asText()).endsWith("-12-31T15:00:00+00:00");

        JsonNode moved = changed(id, "{\"cron_expression\": \"0 0 1 2 *\"}");
        assertThat(moved.get("next_run_at").asText()).endsWith("-01-31T15:00:00+00:00");
        assertThat(moved.get("cron_expression").asText()).isEqualTo("0 0 1 2 *");

        JsonNode bare = changed(id, "{\"payload\": null, \"callback_url\": null, \"queue\": null}");
        assertThat(bare.get("payload").isNull()).isTrue();
        assertThat(bare.get("callback_url").isNull()).isTrue();
        assertThat(bare.get("queue").isNull()).isTrue();
        assertThat(bare.get("name").asText()).isEqualTo("other");

        HttpResponse<String> wrong = api.patch("/api/crons/" + id, "{\"cron_expression\": \"0 0 30 2 *\"}");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(show(id)).isEqualTo(bare);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name               | "another"
            url                | "https://example.com/other"
            cron_expression    | "0 0 2 1 *"
            method             | "PUT"
            headers            | {"X-A":"b"}
            payload            | "p"
            callback_url       | "https://example.com/back"
            timeout_seconds    | 7
            alert_threshold    | 2
            success_assertions | [{"type":"body_contains","value":"ok"}]
            is_active          | false
            timezone           | "Asia/Tokyo"
            retry_delays       | [1,2]
            overlap            | "skip"
            queue              | "alone"
            """)
    void whatIsChangedAloneIsChangedAndTold(String field, String value) {
        long id = made("\"name\": \"alone\", \"cron_expression\": \"0 0 1 1 *\"");
        assertThat(show(id).get(field)).isNotEqualTo(Api.json(value));

        changed(id, "{\"" + field + "\": " + value + "}");

        assertThat(show(id).get(field)).isEqualTo(Api.json(value));
        JsonNode told = Api.json(api.get("/api/audit?action=cron.change")).at("/data/0");
        assertThat(told.at("/thing/id").asLong()).isEqualTo(id);
        assertThat(told.get("fields")).hasToString("[\"" + field + "\"]");
    }

    /** As it is with jobs. */
    @Test
    void whatIsNotShownIsNotSentToSomebodyElseByAChange() {
        long id = made("\"name\": \"hiding\", \"cron_expression\": \"@yearly\", \"payload\": \"p\","
                + " \"headers\": {\"Authorization\": \"secret\"}");
        String path = "/api/crons/" + id;

        HttpResponse<String> elsewhere = api.patch(path, "{\"url\": \"https://evil.example/\"}");

        assertThat(elsewhere.statusCode()).isEqualTo(409);
        assertThat(elsewhere.body()).contains("give them again with the url");
        assertThat(api.patch(path, "{\"redact\": []}").statusCode()).isEqualTo(422);
        assertThat(api.patch(path, "{\"url\": \"https://example.com/other\"}").statusCode())
                .isEqualTo(200);
        assertThat(api.patch(path, "{\"url\": \"https://other.example/\", \"headers\": {\"Authorization\": \"mine\"}}")
                        .statusCode())
                .isEqualTo(200);
        long hidden = made("\"name\": \"hiding\", \"cron_expression\": \"@yearly\", \"payload\": \"p\","
                + " \"redact\": [\"body\"]");
        assertThat(api.patch("/api/crons/" + hidden, "{\"url\": \"https://evil.example/\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(api.patch("/api/crons/" + hidden, "{\"url\": \"https://evil.example/\", \"payload\": null}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatItsQueueHidesIsHiddenOfTheCronTooAndDoesNotComeOutByLeavingTheQueue() {
        api.createQueue("{\"name\": \"secretive\", \"redact\": [\"body\", \"headers.X-Own\"]}");
        long id = made("\"name\": \"hiding\", \"cron_expression\": \"@yearly\", \"payload\": \"p\","
                + " \"headers\": {\"X-Own\": \"secret\"}, \"queue\": \"secretive\"");
        String path = "/api/crons/" + id;

        assertThat(show(id).get("payload").asText()).startsWith("REDACTED:");
        assertThat(show(id).at("/headers/X-Own").asText()).startsWith("REDACTED:");
        assertThat(api.patch(path, "{\"queue\": null}").statusCode()).isEqualTo(409);
        assertThat(api.patch(path, "{\"queue\": null, \"payload\": \"mine\"}").statusCode())
                .isEqualTo(409);
        assertThat(api.patch(path, "{\"queue\": \"elsewhere\", \"payload\": \"mine\", \"headers\": {}}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(show(id).get("payload").asText()).isEqualTo("mine");
    }

    @Test
    void whatIsHiddenOfACronNeverChanges() {
        long id = made("\"name\": \"hiding\", \"cron_expression\": \"@yearly\", \"redact\": [\"body\"]");

        HttpResponse<String> answer = api.patch("/api/crons/" + id, "{\"redact\": [\"body\"]}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(Api.json(answer).at("/errors/redact/0").asText())
                .isEqualTo("The redact field cannot be changed; make another cron.");
        changed(id, "{\"redact\": null}");
    }

    @Test
    void aZoneIsShownAsItWasGiven() {
        long id = made("\"name\": \"zoned\", \"cron_expression\": \"0 0 1 1 *\", \"timezone\": \"EST\"");

        assertThat(show(id).get("timezone").asText()).isEqualTo("EST");
        assertThat(show(id).get("next_run_at").asText()).endsWith("-01-01T05:00:00+00:00");
        assertThat(changed(id, "{\"cron_expression\": \"0 1 1 1 *\"}")
                        .get("next_run_at")
                        .asText())
                .endsWith("-01-01T06:00:00+00:00");
    }

    /** So that what is shown can be given again. */
    @Test
    void whatCannotBeGivenWithPingsIsShownAsNullWithThem() {
        String fields = "{\"name\": \"h\", \"cron_expression\": \"@yearly\", \"expect_ping\": true";
        JsonNode cron =
                show(Api.json(api.post("/api/crons", fields + "}")).get("id").asLong());

        for (String field : new String[] {
            "url",
            "method",
            "headers",
            "payload",
            "timeout_seconds",
            "retry_delays",
            "success_assertions",
            "overlap",
            "queue",
            "redact"
        }) {
            assertThat(cron.has(field)).as(field).isTrue();
            assertThat(cron.get(field).isNull()).as(field).isTrue();
            assertThat(api.post("/api/crons", fields + ", \"" + field + "\": " + cron.get(field) + "}")
                            .statusCode())
                    .as(field)
                    .isEqualTo(201);
        }
        assertThat(api.get("/api/crons?name=h").body()).contains("\"headers\":null");
    }

    @Test
    void aPausedCronHasNoNextFireAndAResumedOneHasTheNextFromNowOn() throws SQLException {
        long id = made("\"name\": \"pausing\", \"cron_expression\": \"0 0 1 1 *\"");
        JsonNode before = show(id);

        JsonNode paused = Api.json(api.post("/api/crons/" + id + "/pause", ""));
        assertThat(paused.get("is_active").asBoolean()).isFalse();
        assertThat(paused.get("next_run_at").isNull()).isTrue();
        assertThat(server.database().number("select count(next_fire_at) from crons where id = " + id))
                .isZero();
        JsonNode resumed = Api.json(api.post("/api/crons/" + id + "/resume", "{}"));
        assertThat(resumed).isEqualTo(before);

        long quiet = made("\"name\": \"quiet\", \"cron_expression\": \"0 0 1 1 *\", \"is_active\": false");
        assertThat(show(quiet).get("next_run_at").isNull()).isTrue();
        assertThat(instant(changed(quiet, "{\"is_active\": true}"), "next_run_at"))
                .isAfter(Instant.now());
    }

    @Test
    void aTimingThatThisJavaDoesNotKnowAnyMoreIsShownAndMendedButNotResumed() throws SQLException {
        long id = made("\"name\": \"old\", \"cron_expression\": \"0 0 1 1 *\"");
        server.database().execute("update crons set timezone = 'Europe/Atlantis' where id = " + id);

        assertThat(show(id).get("timezone").asText()).isEqualTo("Europe/Atlantis");
        assertThat(api.post("/api/crons/" + id + "/pause", "").statusCode()).isEqualTo(200);
        HttpResponse<String> resumed = api.post("/api/crons/" + id + "/resume", "");
        assertThat(resumed.statusCode()).isEqualTo(409);
        assertThat(resumed.body()).contains("does not know the time zone Europe/Atlantis");
        assertThat(changed(id, "{\"timezone\": \"UTC\", \"is_active\": true}")
                        .get("next_run_at")
                        .isNull())
                .isFalse();
    }

    @Test
    void aCronThatWasDeletedIsNotFound() {
        long id = made("\"name\": \"going\", \"cron_expression\": \"0 0 1 1 *\"");

        assertThat(api.delete("/api/crons/" + id).statusCode()).isEqualTo(204);

        assertThat(api.get("/api/crons/" + id).body()).isEqualTo("{\"error\":\"Cron not found\"}");
        assertThat(api.delete("/api/crons/" + id).statusCode()).isEqualTo(404);
        assertThat(api.patch("/api/crons/" + id, "{}").statusCode()).isEqualTo(404);
        assertThat(api.post("/api/crons/" + id + "/resume", "").statusCode()).isEqualTo(404);
        assertThat(api.get("/api/crons").body()).doesNotContain("\"going\"");
    }

    @Test
    void listsAreFilteredAndPaged() {
        long first = made("\"name\": \"Listed One\", \"cron_expression\": \"0 0 1 1 *\"");
        long second = made("\"name\": \"listed two\", \"cron_expression\": \"0 0 1 1 *\", \"is_active\": false");

        assertThat(ids("?name=LISTED")).containsExactly(second, first);
        assertThat(ids("?name=listed&is_active=true")).containsExactly(first);
        assertThat(ids("?name=listed&is_active=false&url=EXAMPLE")).containsExactly(second);
        assertThat(ids("?name=listed&url=elsewhere")).isEmpty();
        JsonNode page = Api.json(api.get("/api/crons?name=listed&limit=1"));
        assertThat(page.get("data").findValues("id")).hasSize(1);
        assertThat(ids("?name=listed&limit=1&cursor=" + page.get("next_cursor").asText()))
                .containsExactly(first);
        assertThat(api.get("/api/crons?is_active=maybe").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/crons?name=" + "x".repeat(256)).statusCode()).isEqualTo(422);
    }

    @Test
    void whatBecameOfTheLastThirtyExecutionsIsShown() {
        long id = made("\"name\": \"busy\", \"cron_expression\": \"@yearly\"");
        // Refused by the egress rules, so that nothing leaves.
        changed(id, "{\"url\": \"http://127.0.0.1/\"}");
        for (int i = 0; i < 31; i++) {
            api.post("/api/crons/" + id + "/run", "");
        }

        assertThat(show(id).get("recent")).hasSize(30);
    }

    @Test
    void theAuditTellsWhatWasDoneToIt() {
        long id = made("\"name\": \"audited\", \"cron_expression\": \"0 0 1 1 *\"");
        // Refused by the egress rules, so that nothing leaves.
        changed(id, "{\"name\": \"audited\", \"timeout_seconds\": 9, \"url\": \"http://127.0.0.1/\"}");
        changed(id, "{\"name\": \"audited\"}");
        for (String call : new String[] {"run", "pause", "resume"}) {
            api.post("/api/crons/" + id + "/" + call, "");
        }
        api.delete("/api/crons/" + id);

        String told = api.get("/api/audit").body();

        for (String action :
                new String[] {"cron.create", "cron.change", "cron.run", "cron.pause", "cron.resume", "cron.delete"}) {
            assertThat(Api.json(told).get("data"))
                    .as(action)
                    .filteredOn(entry -> entry.get("action").asText().equals(action)
                            && entry.at("/thing/id").asLong() == id)
                    .hasSize(1);
        }
        assertThat(told).contains("timeout_seconds");
    }

    private Iterable<Long> ids(String query) {
        return Api.json(api.get("/api/crons" + query)).get("data").findValues("id").stream()
                .map(JsonNode::asLong)
                .toList();
    }

    private JsonNode changed(long id, String body) {
        HttpResponse<String> answer = api.patch("/api/crons/" + id, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Api.json(answer);
    }

    private HttpResponse<String> make(String fields) {
        return api.post("/api/crons", "{\"url\": \"https://example.com/\", " + fields + "}");
    }

    private long made(String fields) {
        HttpResponse<String> answer = make(fields);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer).get("id").asLong();
    }

    private JsonNode show(long id) {
        return Api.json(api.get("/api/crons/" + id));
    }

    private static Instant instant(JsonNode object, String field) {
        return OffsetDateTime.parse(object.get(field).asText()).toInstant();
    }
}
