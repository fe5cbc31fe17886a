package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.PosthasteConfiguration;
import dev.posthaste.db.TestDatabase;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final String URL = "\"url\":\"http://example.com/\"";
    private static final String QUEUE = "\"queue\":\"q\"";
    private static final String GOOD = QUEUE + "," + URL;

    private TestDatabase database;
    private DropwizardTestSupport<PosthasteConfiguration> server;
    private Api api;

    @BeforeAll
    void start() throws Exception {
        database = TestDatabase.fresh();
        server = ServerInTest.on(database);
        server.before();
        api = new Api(server.getLocalPort(), ServerProcess.TOKEN);
    }

    @AfterAll
    void stop() {
        server.after();
        database.close();
    }

    static Stream<Arguments> invalid() {
        return Stream.of(
                of("{}", "The queue field is required. (and 1 more error)", "queue", "url"),
                of("{" + URL + "}", "The queue field is required.", "queue"),
                of("{" + QUEUE + "}", "The url field is required.", "url"),
                of("{\"queue\":null," + URL + "}", "The queue field is required.", "queue"),
                of("{\"queue\":\"\"," + URL + "}", "The queue field is required.", "queue"),
                of("{\"queue\":\"  \"," + URL + "}", "The queue field is required.", "queue"),
                of("{\"queue\":7," + URL + "}", "The queue field must be a string.", "queue"),
                of("{\"queue\":[\"q\"]," + URL + "}", "The queue field must be a string.", "queue"),
                of(
                        "{\"queue\":\"" + "q".repeat(256) + "\"," + URL + "}",
                        "The queue field must not be greater than 255 characters.",
                        "queue"),
                of(
                        "{\"queue\":\"a\\u0000b\"," + URL + "}",
                        "The queue field must not contain control characters.",
                        "queue"),
                of(
                        "{\"queue\":\"a\\nb\"," + URL + "}",
                        "The queue field must not contain control characters.",
                        "queue"),
                of(
                        "{\"queue\":\"a\\ud800b\"," + URL + "}",
                        "The queue field must not contain half of a character (a lone surrogate).",
                        "queue"),
                of("{" + QUEUE + ",\"url\":17}", "The url field must be a string.", "url"),
                of("{" + QUEUE + ",\"url\":\"nonsense\"}", "The url field must be a valid URL.", "url"),
                of("{" + QUEUE + ",\"url\":\"ftp://example.com/\"}", "The url field must be a valid URL.", "url"),
                of("{" + QUEUE + ",\"url\":\"http://u:p@example.com/\"}", "The url field must be a valid URL.", "url"),
                of("{" + QUEUE + ",\"url\":\"http://example.com:0/\"}", "The url field must be a valid URL.", "url"),
                of(
                        "{" + QUEUE + ",\"url\":\"http://example.com:70000/\"}",
                        "The url field must be a valid URL.",
                        "url"),
                of("{" + QUEUE + ",\"url\":\"http://0x7f.1/\"}", "The url field must be a valid URL.", "url"),
                of("{" + QUEUE + ",\"url\":\"http://2130706433/\"}", "The url field must be a valid URL.", "url"),
                of(
                        "{" + QUEUE + ",\"url\":\"http://example.com/\\u0000\"}",
                        "The url field must be a valid URL.",
                        "url"),
                of("{" + QUEUE + ",\"url\":\"http://example.com/a b\"}", "The url field must be a valid URL.", "url"),
                of(
                        "{" + QUEUE + ",\"url\":\"http://example.com/" + "a".repeat(2_030) + "\"}",
                        "The url field must not be greater than 2048 characters.",
                        "url"),
                of("{" + GOOD + ",\"method\":\"get\"}", "The selected method is invalid.", "method"),
                of("{" + GOOD + ",\"method\":\"TRACE\"}", "The selected method is invalid.", "method"),
                of("{" + GOOD + ",\"method\":\"GE T\"}", "The selected method is invalid.", "method"),
                of("{" + GOOD + ",\"method\":1}", "The method field must be a string.", "method"),
                of("{" + GOOD + ",\"headers\":\"x\"}", "The headers field must be an object.", "headers"),
                of("{" + GOOD + ",\"headers\":[1]}", "The headers field must be an object.", "headers"),
                of("{" + GOOD + ",\"headers\":{\"A\":1}}", "The headers.A field must be a string.", "headers.A"),
                of(
                        "{" + GOOD + ",\"headers\":{\"A B\":\"x\"}}",
                        "The headers.A B field must have a valid header name.",
                        "headers.A B"),
                of(
                        "{" + GOOD + ",\"headers\":{\"\":\"x\"}}",
                        "The headers. field must have a valid header name.",
                        "headers."),
                of(
                        "{" + GOOD + ",\"headers\":{\"A\":\"x\\r\\nB: y\"}}",
                        "The headers.A field must be a valid header value.",
                        "headers.A"),
                of(
                        "{" + GOOD + ",\"headers\":{\"A\":\"\\u0000\"}}",
                        "The headers.A field must be a valid header value.",
                        "headers.A"),
                of(
                        "{" + GOOD + ",\"headers\":{\"A\":\"€\"}}",
                        "The headers.A field must be a valid header value.",
                        "headers.A"),
                of(
                        "{" + GOOD + ",\"headers\":{\"Host\":\"x\"}}",
                        "The headers.Host field is reserved.",
                        "headers.Host"),
                of(
                        "{" + GOOD + ",\"headers\":{\"content-LENGTH\":\"1\"}}",
                        "The headers.content-LENGTH field is reserved.",
                        "headers.content-LENGTH"),
                of(
                        "{" + GOOD + ",\"headers\":{\"Connection\":\"x\"}}",
                        "The headers.Connection field is reserved.",
                        "headers.Connection"),
                of(
                        "{" + GOOD + ",\"headers\":{\"Transfer-Encoding\":\"x\"}}",
                        "The headers.Transfer-Encoding field is reserved.",
                        "headers.Transfer-Encoding"),
                of(
                        "{" + GOOD + ",\"headers\":{\"Expect\":\"x\"}}",
                        "The headers.Expect field is reserved.",
                        "headers.Expect"),
                of(
                        "{" + GOOD + ",\"headers\":{\"Proxy-Authorization\":\"x\"}}",
                        "The headers.Proxy-Authorization field is reserved.",
                        "headers.Proxy-Authorization"),
                of(
                        "{" + GOOD + ",\"headers\":{\"X-Posthaste-Attempt\":\"9\"}}",
                        "The headers.X-Posthaste-Attempt field is reserved.",
                        "headers.X-Posthaste-Attempt"),
                of(
                        "{" + GOOD + ",\"headers\":{\"x-recuro-signature\":\"9\"}}",
                        "The headers.x-recuro-signature field is reserved.",
                        "headers.x-recuro-signature"),
                of(
                        "{" + GOOD + ",\"headers\":{\"webhook-id\":\"9\"}}",
                        "The headers.webhook-id field is reserved.",
                        "headers.webhook-id"),
                of(
                        "{" + GOOD + ",\"headers\":{\"A\":\"1\",\"a\":\"2\"}}",
                        "The headers.a field appears twice.",
                        "headers.a"),
                of(
                        "{" + GOOD + ",\"headers\":{\"A\":\"" + "x".repeat(16_400) + "\"}}",
                        "The headers field must not be greater than 16384 bytes.",
                        "headers"),
                of(
                        "{" + GOOD + ",\"headers\":" + manyHeaders() + "}",
                        "The headers field must not have more than 64 items.",
                        "headers"),
                of("{" + GOOD + ",\"payload\":\"text\"}", "The payload field must be an object.", "payload"),
                of("{" + GOOD + ",\"payload\":5}", "The payload field must be an object.", "payload"),
                of(
                        "{" + GOOD + ",\"payload\":{\"a\":{\"b\":\"\\udc00\"}}}",
                        "The payload field must not contain half of a character (a lone surrogate).",
                        "payload"),
                of(
                        "{" + GOOD + ",\"callback_url\":\"nonsense\"}",
                        "The callback url field must be a valid URL.",
                        "callback_url"),
                of("{" + GOOD + ",\"callback_url\":{}}", "The callback url field must be a string.", "callback_url"),
                of("{" + GOOD + ",\"delay\":-1}", "The delay field must be at least 0.", "delay"),
                of("{" + GOOD + ",\"delay\":86401}", "The delay field must not be greater than 86400.", "delay"),
                of(
                        "{" + GOOD + ",\"delay\":864009999999999999999999999}",
                        "The delay field must not be greater than 86400.",
                        "delay"),
                of("{" + GOOD + ",\"delay\":1.5}", "The delay field must be an integer.", "delay"),
                of("{" + GOOD + ",\"delay\":1e3}", "The delay field must be an integer.", "delay"),
                of("{" + GOOD + ",\"delay\":\"5\"}", "The delay field must be an integer.", "delay"),
                of("{" + GOOD + ",\"delay\":true}", "The delay field must be an integer.", "delay"),
                of(
                        "{" + GOOD + ",\"run_at\":\"tomorrow\"}",
                        "The run at field must be an ISO 8601 date and time with an offset.",
                        "run_at"),
                of(
                        "{" + GOOD + ",\"run_at\":\"2026-04-10T14:10:00\"}",
                        "The run at field must be an ISO 8601 date and time with an offset.",
                        "run_at"),
                of(
                        "{" + GOOD + ",\"run_at\":\"2999-04-10T14:10:00Z\"}",
                        "The run at field must not be more than 365 days ahead.",
                        "run_at"),
                of(
                        "{" + GOOD + ",\"delay\":1,\"run_at\":\"2020-01-01T00:00:00Z\"}",
                        "The run at field must not be given together with delay.",
                        "run_at"),
                of(
                        "{" + GOOD + ",\"body\":\"x\",\"payload\":{}}",
                        "The body field must not be given together with payload.",
                        "body"),
                of("{" + GOOD + ",\"body\":{}}", "The body field must be a string.", "body"),
                of(
                        "{" + GOOD + ",\"timeout_seconds\":0}",
                        "The timeout seconds field must be between 1 and 300.",
                        "timeout_seconds"),
                of(
                        "{" + GOOD + ",\"timeout_seconds\":301}",
                        "The timeout seconds field must be between 1 and 300.",
                        "timeout_seconds"),
                of("{" + GOOD + ",\"retry_delays\":5}", "The retry delays field must be an array.", "retry_delays"),
                of(
                        "{" + GOOD + ",\"retry_delays\":[1,2,3,4,5,6,7,8,9,10,11]}",
                        "The retry delays field must not have more than 10 items.",
                        "retry_delays"),
                of(
                        "{" + GOOD + ",\"retry_delays\":[0]}",
                        "The retry delays.0 field must be between 1 and 604800.",
                        "retry_delays.0"),
                of(
                        "{" + GOOD + ",\"retry_delays\":[\"1\"]}",
                        "The retry delays.0 field must be an integer.",
                        "retry_delays.0"),
                of("{" + GOOD + ",\"priority\":11}", "The priority field must be between 1 and 10.", "priority"),
                of("{" + GOOD + ",\"dealy\":5}", "The dealy field is unknown.", "dealy"),
                of(
                        "{\"" + "n".repeat(500) + "\":1," + GOOD + "}",
                        "The " + "n".repeat(100) + "… field is unknown.",
                        "n".repeat(100) + "…"),
                of(
                        "{" + GOOD + ",\"headers\":{\"" + "A ".repeat(500) + "\":\"x\"}}",
                        "The " + ("headers." + "A ".repeat(500)).substring(0, 100)
                                + "… field must have a valid header name.",
                        ("headers." + "A ".repeat(500)).substring(0, 100) + "…"),
                of(
                        "{" + GOOD + ",\"a_b\":5,\"Queue\":1}",
                        "The a b field is unknown. (and 1 more error)",
                        "a_b",
                        "Queue"),
                of("[]", "The body must be an object.", "body"),
                of("\"text\"", "The body must be an object.", "body"),
                of("17", "The body must be an object.", "body"),
                of("null", "The body must be an object.", "body"));
    }

    @ParameterizedTest
    @MethodSource
    void invalid(String body, String message, String... fields) throws SQLException {
        HttpResponse<String> answer = api.post("/api/jobs", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        JsonNode json = Api.json(answer);
        assertThat(json.get("message").asText()).isEqualTo(message);
        assertThat(json.get("errors").fieldNames()).toIterable().containsExactly(fields);
        assertNothingIsLeft();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("  \n", "empty"),
                Arguments.of("{", "line 1, column 2"),
                Arguments.of("{" + GOOD, "not valid JSON"),
                Arguments.of("{" + GOOD + "}}", "line 1"),
                Arguments.of("{" + GOOD + "} {}", "line 1"),
                Arguments.of("{\n" + GOOD + ",\n}", "line 3"),
                Arguments.of("{'queue':'q'}", "not valid JSON"),
                Arguments.of("{" + GOOD + ",\"delay\":01}", "not valid JSON"),
                Arguments.of("{" + GOOD + ",\"delay\":NaN}", "not valid JSON"),
                Arguments.of("{" + GOOD + ",\"queue\":\"q\"}", "a key appears twice"),
                Arguments.of("{" + GOOD + ",\"payload\":{\"a\":1,\"a\":2}}", "a key appears twice"),
                Arguments.of(
                        "{" + GOOD + ",\"payload\":" + "[".repeat(101) + "]".repeat(101) + "}",
                        "nested deeper than 100"),
                Arguments.of("{\"queue\":\"a\u0001b\"}", "not valid JSON"),
                Arguments.of("queue=q&url=x", "not valid JSON"));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String body, String inMessage) throws SQLException {
        HttpResponse<String> answer = api.post("/api/jobs", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Api.json(answer).get("error").asText()).contains(inMessage).doesNotContain("jackson", "Exception");
        assertNothingIsLeft();
    }

    @Test
    void aBlankStringCountsAsMissingWhateverItsFieldIsFor() throws SQLException {
        String blank =
                "{" + GOOD + ",\"run_at\":\"2020-01-01T00:00:00Z\",\"delay\":\"\",\"payload\":\" \",\"body\":\"  \""
                        + ",\"headers\":\"\",\"retry_delays\":\"\\n\",\"priority\":\"\",\"timeout_seconds\":\"\",\"method\":\"\"}";
        long all = api.push(blank.replace(QUEUE, "\"queue\":\"blanks\""));
        long header = api.push(
                "{\"queue\":\"blanks\"," + URL + ",\"headers\":{\"A\":\" \",\"B\":\"\",\"C\":\"c\"},\"delay\":86400}");

        assertThat(api.job(all).get("headers")).isEmpty();
        assertThat(api.job(all).get("payload").isNull()).isTrue();
        assertThat(api.job(all).get("body").isNull()).isTrue();
        assertThat(api.job(header).get("headers").fieldNames()).toIterable().containsExactly("C");
        assertThat(message(api.post("/api/jobs/batch", "{\"jobs\":\"\"}"))).isEqualTo("The jobs field is required.");
        assertThat(message(api.post("/api/dead-letters/purge", "{\"ids\":\"\"}")))
                .isEqualTo("The ids field is required when queue is not present.");
        removeEverything();
    }

    @Test
    void aBlankLimitOfAQueueLeavesItAndNullLiftsIt() throws SQLException {
        String made = api.post("/api/queues", "{\"name\":\"limited\",\"max_parallelism\":3,\"is_active\":\"\"}")
                .body();
        String path = "/api/queues/" + Api.json(made).get("id");

        assertThat(Api.json(api.patch(path, "{\"max_parallelism\":\" \"}"))
                        .get("max_parallelism")
                        .asInt())
                .isEqualTo(3);
        assertThat(Api.json(api.patch(path, "{\"max_parallelism\":null}"))
                        .get("max_parallelism")
                        .isNull())
                .isTrue();
        removeEverything();
    }

    @Test
    void namesInQueriesAndSelectionsAreCheckedLikeThoseOfJobs() {
        String control = "field must not contain control characters.";
        for (String list : new String[] {"/api/jobs", "/api/dead-letters"}) {
            assertThat(message(api.get(list + "?queue=a%00b"))).isEqualTo("The queue " + control);
            assertThat(message(api.get(list + "?url=a%00b"))).isEqualTo("The url " + control);
            assertThat(message(api.get(list + "?url=%1fb"))).isEqualTo("The url " + control);
            assertThat(message(api.get(list + "?queue=" + "q".repeat(256))))
                    .isEqualTo("The queue field must not be greater than 255 characters.");
            assertThat(message(api.get(list + "?url=" + "q".repeat(2_049))))
                    .isEqualTo("The url field must not be greater than 2048 characters.");
        }
        for (String call : new String[] {"replay", "purge"}) {
            assertThat(message(api.post("/api/dead-letters/" + call, "{\"queue\":\"a\\u0000b\"}")))
                    .isEqualTo("The queue " + control);
            assertThat(message(api.post("/api/dead-letters/" + call, "{\"queue\":\"" + "q".repeat(256) + "\"}")))
                    .isEqualTo("The queue field must not be greater than 255 characters.");
        }
    }

    @Test
    void namesOfStatusesAreExact() {
        for (String status : new String[] {"PENDING", "Pending", "pending%20", "pend%C4%B1ng", "nonsense"}) {
            assertThat(message(api.get("/api/jobs?status=" + status))).isEqualTo("The selected status is invalid.");
        }
        assertThat(message(api.get("/api/jobs?final_status=SUCCESS")))
                .isEqualTo("The selected final status is invalid.");
        assertThat(api.get("/api/jobs?status=pending&final_status=success").statusCode())
                .isEqualTo(200);
    }

    @Test
    void callsWithoutFieldsTakeAnEmptyBodyAndNothingElse() throws SQLException {
        long id = api.push("{\"queue\":\"empty\"," + URL + ",\"delay\":86400}");
        String job = "/api/jobs/" + id;
        String queue = "/api/queues/" + api.job(id).get("queue_id");
        for (String call :
                new String[] {job + "/replay", queue + "/pause", queue + "/resume", queue + "/purge", job + "/cancel"
                }) {
            assertThat(message(api.post(call, "{\"force\":true}"))).isEqualTo("The force field is unknown.");
            assertThat(message(api.post(call, "[]"))).isEqualTo("The body must be an object.");
            assertThat(api.post(call, "nonsense").statusCode()).isEqualTo(400);
            assertThat(api.send(api.request(call)
                                    .header("Content-Type", "text/plain")
                                    .POST(HttpRequest.BodyPublishers.ofString("{}")))
                            .statusCode())
                    .isEqualTo(415);
        }
        assertThat(api.job(id).get("status").asText()).isEqualTo("pending");

        for (String body : new String[] {"", "{}", " "}) {
            assertThat(api.post(queue + "/pause", body).statusCode()).isEqualTo(200);
            assertThat(api.post(queue + "/resume", body).statusCode()).isEqualTo(200);
        }
        assertThat(api.send(api.request(job + "/cancel").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        removeEverything();
    }

    @Test
    void pathsThatCanBeReadInSeveralWaysAreUnknown() throws IOException {
        String body = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        for (String path : new String[] {"//api/jobs", "/api//jobs", "/api%2Fjobs", "/api/%2e/jobs"}) {
            assertThat(raw("POST " + path + body))
                    .as(path)
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("{\"error\":\"Not found\"}");
        }
    }

    @Test
    void whatIsNoTextInAPathIsUnknownAndWhatIsNoPathIsNotValid() throws IOException {
        for (String path : new String[] {"%00", "a%00b/cancel", "%0a", "%7f", "%ff", "%c3%28"}) {
            assertThat(raw("GET /api/jobs/" + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("{\"error\":\"Not found\"}");
        }
        for (String path : new String[] {"%", "%zz", "%u0041", "a\\b"}) {
            assertThat(raw("GET /api/jobs/" + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith("{\"error\":\"The request is not valid HTTP.\"}");
        }
    }

    @Test
    void whoAsksForATunnelIsRefusedAndTheConnectionEnds() throws IOException {
        assertThat(raw("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Connection: close\r\n")
                .endsWith("{\"error\":\"Method not allowed\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "%D9%A5, must be an integer.",
        "%2B5, must be an integer.",
        "005, must be an integer.",
        "5.0, must be an integer.",
        "-0, must be between 1 and 100.",
        "-5, must be between 1 and 100.",
        "101, must be between 1 and 100.",
        "99999999999999999999, must be between 1 and 100."
    })
    void aLimitIsAnIntegerAsJsonWritesIt(String limit, String complaint) {
        for (String list : new String[] {"/api/jobs", "/api/queues", "/api/dead-letters"}) {
            HttpResponse<String> answer = api.get(list + "?limit=" + limit);
            assertThat(answer.statusCode()).as(list).isEqualTo(422);
            assertThat(message(answer)).isEqualTo("The limit field " + complaint);
        }
    }

    @Test
    void utf8IsKnownUnderItsNames() throws SQLException {
        for (String charset : new String[] {"utf-8", "UTF-8", "utf8", "UTF8", "\"utf8\"", "\"UTF-8\""}) {
            HttpResponse<String> answer = api.send(api.request("/api/jobs")
                    .header("Content-Type", "application/json; charset=" + charset)
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
            assertThat(answer.statusCode()).as(charset).isEqualTo(422);
        }
        assertNothingIsLeft();
    }

    @Test
    void aTokenThatWasRevokedAMomentAgoIsRefusedBeforeTheBody() throws SQLException {
        String secret = "revoked-token-0123456789";
        database.execute("insert into api_tokens (team_id, name, prefix, sha256) select id, 'x', 'revoked', sha256('"
                + secret + "') from teams");
        Api revoked = new Api(server.getLocalPort(), secret);
        assertThat(revoked.post("/api/jobs", "{}").statusCode()).isEqualTo(422);

        database.execute("update api_tokens set revoked_at = now() where prefix = 'revoked'");

        for (String path : new String[] {"/api/jobs", "/api/jobs/batch"}) {
            for (String body : new String[] {"{}", "nonsense", "[]", "x".repeat(17 * 1024 * 1024)}) {
                HttpResponse<String> answer = revoked.post(path, body);
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.body()).isEqualTo("{\"error\":\"Invalid authorization token\"}");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            }
        }
    }

    /** A push is let in from memory; the transaction that accepts it looks again. */
    @Test
    void aTokenThatWasRevokedOrExpiredAMomentAgoPushesAndReadsNothing() throws SQLException {
        for (String end : new String[] {"revoked_at = now()", "expires_at = now()"}) {
            String secret = "ended-token-by-" + end;
            database.execute("insert into api_tokens (team_id, name, prefix, sha256) select id, 'x', 'x', sha256('"
                    + secret + "') from teams");
            Api ended = new Api(server.getLocalPort(), secret);
            String job = "{" + GOOD + ",\"delay\":86400}";
            ended.push(job);
            assertThat(ended.get("/api/jobs").statusCode()).isEqualTo(200);

            database.execute("update api_tokens set " + end + " where sha256 = sha256('" + secret + "')");

            assertThat(ended.post("/api/jobs", job).statusCode()).as(end).isEqualTo(401);
            assertThat(ended.post("/api/jobs/batch", "{\"jobs\":[" + job + "]}").statusCode())
                    .as(end)
                    .isEqualTo(401);
            assertThat(ended.get("/api/jobs").statusCode()).as(end).isEqualTo(401);
            assertThat(database.number("select count(*) from jobs")).isEqualTo(1);
            removeEverything();
        }
    }

    /** RFC 9110, section 7.6.1, and what frames a message. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "Host",
                "Content-Length",
                "Expect",
                "HTTP2-Settings",
                "Proxy-Connection",
                "Proxy-Authenticate"
            })
    void aHeaderThatIsOfOneConnectionOnlyIsReserved(String name) {
        assertThat(message(api.post("/api/jobs", "{" + GOOD + ",\"headers\":{\"" + name + "\":\"x\"}}")))
                .isEqualTo("The headers." + name + " field is reserved.");
    }

    @Test
    void aBodyWhoseLengthIsNotToldIsRead() {
        HttpResponse<String> answer = api.send(api.request("/api/jobs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString("{\"queue\":\"q\"}"))));

        assertThat(message(answer)).isEqualTo("The url field is required.");
    }

    @Test
    void aCallMayHaveABodyThatNobodyReads() throws IOException {
        String head = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";

        assertThat(raw("GET /api/health" + head)).startsWith("HTTP/1.1 200 ").endsWith("{\"status\":\"ok\"}");
    }

    @Test
    void whatIsNotUtf8IsNotJson() {
        HttpResponse<String> answer = api.send(api.request("/api/jobs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        "{\"queue\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1))));

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void aBodyThatIsTooLargeIs413WhetherOrNotItsLengthIsTold() throws SQLException {
        String large = "{" + GOOD + ",\"payload\":{\"a\":\"" + "x".repeat(1024 * 1024) + "\"}}";

        HttpResponse<String> told = api.post("/api/jobs", large);
        HttpResponse<String> chunked = api.send(api.request("/api/jobs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(large))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(Api.json(told).has("error")).isTrue();
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertNothingIsLeft();
    }

    /** Without care a client that is still sending sees its connection reset, now and then, and no answer. */
    @Test
    void whoIsRefusedEarlyStillGetsTheAnswer() {
        HttpRequest.BodyPublisher large = HttpRequest.BodyPublishers.ofByteArray(new byte[12 * 1024 * 1024]);
        Api withoutToken = new Api(server.getLocalPort(), " ");

        for (int i = 0; i < 5; i++) {
            assertThat(sendLarge(withoutToken, "/api/jobs", "POST", "application/json", large))
                    .isEqualTo(401);
            assertThat(sendLarge(api, "/api/jobs", "POST", "application/json", large))
                    .isEqualTo(413);
            assertThat(sendLarge(api, "/api/jobs", "POST", "text/plain", large)).isEqualTo(415);
            assertThat(sendLarge(api, "/api/jobs", "PUT", "application/json", large))
                    .isEqualTo(405);
            assertThat(sendLarge(api, "/nowhere", "POST", "application/json", large))
                    .isEqualTo(404);
        }
    }

    private static int sendLarge(Api api, String path, String method, String type, HttpRequest.BodyPublisher body) {
        return api.send(api.request(path).header("Content-Type", type).method(method, body))
                .statusCode();
    }

    @Test
    void aTypeThatCannotBeReadDoesNotComeBeforeTheToken() throws IOException {
        String head = "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: nonsense\r\nContent-Length: 2\r\n";

        assertThat(raw(head + "Connection: close\r\n\r\n{}")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void whoWaitsToBeAskedForTheBodyIsRefusedWithoutBeingAsked() throws IOException {
        String head = "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";

        assertThat(raw(head)).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void otherThanPlainJsonIs415() throws SQLException {
        for (String type : new String[] {
            "text/plain", "nonsense", "application/x-www-form-urlencoded", "application/json; charset=utf-16"
        }) {
            HttpResponse<String> answer = api.send(api.request("/api/jobs")
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofString("{" + GOOD + "}")));
            assertThat(answer.statusCode()).as(type).isEqualTo(415);
            assertThat(Api.json(answer).has("error")).isTrue();
        }
        HttpResponse<String> zipped = api.post("/api/jobs", "{" + GOOD + "}", "Content-Encoding", "gzip");
        assertThat(zipped.statusCode()).isEqualTo(415);
        assertNothingIsLeft();
    }

    @Test
    void theTokenIsAskedForBeforeAnythingElse() {
        HttpResponse<String> none = new Api(server.getLocalPort(), " ").post("/api/jobs", "{}");
        HttpResponse<String> wrong = new Api(server.getLocalPort(), "nonsense").post("/api/jobs", "{}");
        HttpResponse<String> inQuery =
                new Api(server.getLocalPort(), " ").post("/api/jobs?access_token=" + ServerProcess.TOKEN, "{}");

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.body()).isEqualTo("{\"error\":\"Missing authorization token\"}");
        assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).isEqualTo("{\"error\":\"Invalid authorization token\"}");
        assertThat(inQuery.body()).isEqualTo("{\"error\":\"Missing authorization token\"}");
    }

    @Test
    void unknownPathsAndMethodsAreAnsweredInTheSameShape() {
        assertThat(api.get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(api.get("/nowhere").body()).isEqualTo("{\"error\":\"Not found\"}");
        for (String id : new String[] {"1", "x", "-1", "99999999999999999999"}) {
            assertThat(api.get("/api/jobs/" + id).statusCode()).isEqualTo(404);
            assertThat(api.get("/api/jobs/" + id).body()).isEqualTo("{\"error\":\"Job not found\"}");
        }
        HttpResponse<String> put = api.send(api.request("/api/jobs").PUT(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(Api.json(put).has("error")).isTrue();
        HttpResponse<String> html = api.send(
                api.request("/api/health").header("Accept", "text/html").GET());
        assertThat(html.statusCode()).isEqualTo(406);
        assertThat(Api.json(html).has("error")).isTrue();
    }

    @Test
    void whatTheHttpServerAnswersItselfHasTheSameShape() throws IOException {
        assertThat(raw("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ").contains("{\"error\":\"");
        assertThat(raw("GET /api/health HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("{\"error\":\"");
        assertThat(raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("{\"error\":\"");
        assertThat(raw("GET /api/health HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":\"");
        assertThat(raw("GET /%2e%2e/x%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"error\":\"")
                .doesNotContain("jetty", "Jetty");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.getLocalPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String message(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        return Api.json(answer).get("message").asText();
    }

    /** For tests that have something taken, because the others look whether nothing was. */
    private void removeEverything() throws SQLException {
        database.execute("truncate jobs, requests, queues, queue_counts, qrtz_triggers, runs");
    }

    private void assertNothingIsLeft() throws SQLException {
        assertThat(database.number("""
                select (select count(*) from jobs) + (select count(*) from requests) + (select count(*) from queues)
                     + (select count(*) from qrtz_triggers) + (select count(*) from idempotency_keys)""")).isZero();
    }

    private static String manyHeaders() {
        StringBuilder headers = new StringBuilder("{");
        for (int i = 0; i < 65; i++) {
            headers.append(i == 0 ? "" : ",").append("\"H").append(i).append("\":\"\"");
        }
        return headers.append('}').toString();
    }

    private static Arguments of(String body, String message, String... fields) {
        return Arguments.of(body, message, fields);
    }
}
