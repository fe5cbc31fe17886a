package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.JobTexts;
import dev.posthaste.fuzz.QueueTexts;
import dev.posthaste.fuzz.Texts;
import io.dropwizard.testing.ConfigOverride;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What clients push, by a grammar and with changes in it, to a server that delivers: whatever it is, the answer is one of the
 * contract, what was accepted reads back as it was pushed, the tables fit together, and nothing reaches a refused address.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushFuzzIT {
    private static final String ALLOWED = "127.0.0.2";
    private static final Set<String> HERE =
            Set.of("127.0.0.1", "localhost", ALLOWED, "::1", "::ffff:127.0.0.1", "0.0.0.0");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Harmless harmless = new Harmless(HERE);
    private Canary canary;
    private Canary allowed;
    private ServerInside server;
    private Api api;
    private JobTexts jobs;

    @BeforeAll
    void start() throws Exception {
        canary = new Canary("127.0.0.1");
        allowed = new Canary(ALLOWED);
        server = new ServerInside(ConfigOverride.config("delivery.egressAllow", ALLOWED + "/32"));
        api = new Api(server.port(), ServerProcess.TOKEN);
        int refused = canary.port();
        jobs = new JobTexts(List.of(
                "http://" + ALLOWED + ":" + allowed.port() + "/hook",
                "http://127.0.0.1:" + refused + "/",
                "http://localhost:" + refused + "/a?b=c",
                "http://[::1]:" + refused + "/",
                "http://[::ffff:127.0.0.1]:" + refused + "/",
                "http://0.0.0.0:" + refused + "/",
                "http://" + ALLOWED + ":" + server.port() + "/api/jobs"));
    }

    @AfterEach
    void whateverWasPushed() throws SQLException {
        // What is being claimed or recorded at the moment of looking is neither here nor there.
        await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(rows("jobs j where not exists (select 1 from requests r where r.id = j.request_id)"))
                    .isZero();
            assertThat(rows("requests r where not exists (select 1 from jobs j where j.request_id = r.id)"))
                    .isZero();
            assertThat(rows("jobs j where not exists (select 1 from queues q where q.id = j.queue_id)"))
                    .isZero();
            assertThat(rows("jobs j where status = 'pending' and not exists (select 1 from qrtz_triggers t"
                            + " where t.trigger_group = 'q' || j.queue_id and t.trigger_name = 'j' || j.id"
                            + " and t.trigger_type = 'ONCE') and not exists (select 1 from qrtz_fired_one_shots f"
                            + " where f.trigger_group = 'q' || j.queue_id and 'j' || j.id = any (f.trigger_names))"))
                    .isZero();
            assertThat(rows("qrtz_triggers t where t.trigger_name like 'j%' and not exists (select 1 from jobs j"
                            + " where t.trigger_name = 'j' || j.id and t.trigger_group = 'q' || j.queue_id"
                            + " and j.status = 'pending')"))
                    .isZero();
            assertThat(rows("queues q where (select sum(pending) from queue_counts c where c.queue_id = q.id)"
                            + " <> (select count(*) from jobs j where j.queue_id = q.id and j.status = 'pending')"))
                    .isZero();
        });
        assertThat(
                        rows(
                                "requests where method not in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')"
                                        + " or length(url) > 2048 or url !~* '^https?://' or (body is null) <> (body_kind is null)"
                                        + " or timeout_seconds not between 1 and 300 or coalesce(array_length(retry_delays, 1), 0) > 10"))
                .isZero();
        assertThat(rows("queues where length(name) > 255 or name ~ '[[:cntrl:]]' or btrim(name) = ''"))
                .isZero();
        assertThat(rows("jobs where priority not between 1 and 10 or attempt_number < 1"))
                .isZero();
        assertThat(canary.seen()).as("connections to a refused address").isZero();
    }

    @AfterAll
    void stop() throws IOException {
        server.close();
        canary.close();
        allowed.close();
    }

    @Test
    void onePush() {
        Fuzz.hold("pushes", jobs.single().filter(harmless::test), 700, body -> {
            HttpResponse<String> answer = api.post("/api/jobs", body);
            JsonNode answered = assertOfTheContract(answer);
            if (answer.statusCode() == 201) {
                long id = answered.get("job_id").asLong();
                assertReadsBack(id, STRICT.readTree(body));
                String payload = spelling(body);
                if (payload != null) {
                    assertThat(api.get("/api/jobs/" + id).body()).contains("\"payload\":" + payload);
                }
            }
        });
        await().until(() -> allowed.seen() > 0);
    }

    @Test
    void whatIsValidIsAccepted() {
        Fuzz.hold("valid pushes", jobs.valid(), 100, body -> {
            HttpResponse<String> answer = api.post("/api/jobs", body);
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(201);
        });
    }

    @Test
    void aBatchIsAcceptedWholeOrNotAtAll() {
        Fuzz.hold("batches", jobs.batch().filter(harmless::test), 200, body -> {
            long before = originals();
            HttpResponse<String> answer = api.post("/api/jobs/batch", body);
            JsonNode answered = assertOfTheContract(answer);
            if (answer.statusCode() == 201) {
                JsonNode pushed = STRICT.readTree(body).get("jobs");
                assertThat(answered.get("count").asInt()).isEqualTo(pushed.size());
                assertThat(originals() - before).isEqualTo(pushed.size());
                for (int i = 0; i < pushed.size(); i++) {
                    assertReadsBack(answered.at("/jobs/" + i + "/job_id").asLong(), pushed.get(i));
                }
            } else {
                assertThat(originals()).isEqualTo(before);
            }
        });
    }

    @Test
    void aQueueReadsBackAsItWasMade() {
        Fuzz.hold("queues", QueueTexts.bodies(), 200, body -> {
            HttpResponse<String> answer = api.post("/api/queues", body);
            JsonNode made = assertOfTheContract(answer);
            if (answer.statusCode() == 201) {
                JsonNode read = Api.json(api.get("/api/queues/" + made.get("id").asLong()));
                assertThat(read).isEqualTo(made);
                STRICT.readTree(body).properties().stream()
                        .filter(given ->
                                !isMissing(given.getValue()) && !given.getKey().equals("success_assertions"))
                        .forEach(given -> assertThat(read.get(given.getKey()))
                                .as(given.getKey())
                                .isEqualTo(given.getValue()));
            }
        });
    }

    /** As the contract has it: null, and a string that is empty or blank. */
    private static boolean isMissing(JsonNode given) {
        return given.isNull() || (given.isTextual() && given.textValue().isBlank());
    }

    /** Beside a map of what was accepted under which key. */
    @Test
    void aKeyStandsForOneBody() {
        List<String> bodies = IntStream.range(0, 3)
                .mapToObj(i -> "{\"queue\":\"keys\",\"url\":\"http://example.com/" + i + "\",\"delay\":86400}")
                .toList();
        Arbitrary<String> usual =
                Arbitraries.strings().withChars("ab").ofMinLength(1).ofMaxLength(3);
        Arbitrary<String> keys = Arbitraries.frequencyOf(
                        Tuple.of(4, usual),
                        Tuple.of(2, Texts.changed(usual, 2)),
                        Tuple.of(
                                1,
                                Arbitraries.of(
                                        "k".repeat(255),
                                        "k".repeat(256),
                                        "",
                                        " ",
                                        "a ",
                                        " a",
                                        "a\tb",
                                        "\u00e4",
                                        "\u00ff")))
                .map(key -> key.replaceAll("[\r\n]", ""));
        Map<String, Accepted> known = new HashMap<>();

        Fuzz.hold(
                "idempotency keys",
                Combinators.combine(keys, Arbitraries.of(bodies)).as(Keyed::new),
                200,
                one -> {
                    RawAnswer answer = push(one);
                    // What is sent as UTF-8 is judged as such, without the blanks around it (RFC 9110, section 5.5).
                    String key = new String(one.key().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                            .replaceAll("^[ \t]+|[ \t]+$", "");
                    Accepted before = known.get(key);
                    if (key.codePointCount(0, key.length()) > 255
                            || key.codePoints().anyMatch(Character::isISOControl)) {
                        assertThat(answer.status()).isIn(400, 422);
                    } else if (before == null || key.isBlank()) {
                        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
                        assertThat(answer.text()).doesNotContain("Idempotent-Replayed");
                        known.put(key, new Accepted(one.body(), answer.body()));
                    } else if (before.body().equals(one.body())) {
                        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
                        assertThat(answer.text()).contains("Idempotent-Replayed: true");
                        assertThat(answer.body()).isEqualTo(before.answer());
                    } else {
                        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
                    }
                });
    }

    @Test
    void aListIsAnsweredWhateverStandsInItsQuery() {
        Arbitrary<String> values =
                Texts.of(Texts.odd(), 4).map(text -> java.net.URLEncoder.encode(text, StandardCharsets.UTF_8));
        Arbitrary<String> queries = Combinators.combine(
                        Arbitraries.of("cursor", "limit", "queue", "status", "final_status", "url", "x"), values)
                .as((name, value) -> name + "=" + value)
                .list()
                .ofMaxSize(3)
                .map(list -> list.stream().collect(Collectors.joining("&", "?", "")));

        Fuzz.hold("queries", queries, 150, query -> assertOfTheContract(api.get("/api/jobs" + query)));
    }

    private record Keyed(String key, String body) {}

    private record Accepted(String body, String answer) {}

    private record RawAnswer(int status, String text) {
        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }
    }

    private RawAnswer push(Keyed one) throws IOException {
        byte[] body = one.body().getBytes(StandardCharsets.UTF_8);
        String head = "POST /api/jobs HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                + ServerProcess.TOKEN
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\nIdempotency-Key: "
                + one.key()
                + "\r\n\r\n";
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            InputStream in = socket.getInputStream();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new RawAnswer(Integer.parseInt(text.substring(9, 12)), text);
        }
    }

    private static JsonNode assertOfTheContract(HttpResponse<String> answer) throws JsonProcessingException {
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201, 400, 409, 422);
        JsonNode body = STRICT.readTree(answer.body());
        assertThat(answer.body()).doesNotContain("dev.posthaste", "java.", "select ", "\tat ");
        if (answer.statusCode() == 422) {
            assertThat(body.get("message").isTextual()).isTrue();
            assertThat(body.get("errors").isEmpty()).isFalse();
        } else if (answer.statusCode() >= 400) {
            assertThat(body.get("error").isTextual()).isTrue();
        }
        return body;
    }

    /** The text of the payload as it stands in the body of a single push; null when there is none. */
    private static @Nullable String spelling(String body) throws IOException {
        try (JsonParser parser = STRICT.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                int from = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                if (name.equals("payload") && parser.currentToken().isStructEnd()) {
                    return body.substring(from, (int) parser.currentLocation().getCharOffset());
                }
            }
            return null;
        }
    }

    private void assertReadsBack(long id, JsonNode pushed) throws JsonProcessingException {
        JsonNode read = STRICT.readTree(api.get("/api/jobs/" + id).body());
        assertThat(read.path("id").asLong()).isEqualTo(id);
        assertThat(read.get("queue")).isEqualTo(pushed.get("queue"));
        assertThat(read.get("url")).isEqualTo(pushed.get("url"));
        assertThat(read.get("method").textValue()).isIn(METHODS);
        for (String name :
                List.of("method", "payload", "body", "callback_url", "priority", "timeout_seconds", "retry_delays")) {
            JsonNode given = pushed.path(name);
            if (!given.isMissingNode()
                    && !given.isNull()
                    && !(given.isTextual() && given.textValue().isBlank())) {
                assertThat(read.get(name).toString()).as(name).isEqualTo(given.toString());
            }
        }
        pushed.path("headers").properties().stream()
                .filter(header -> header.getValue().isTextual()
                        && !header.getValue().textValue().isBlank())
                // Whose value a later rule may not show.
                .filter(header -> !header.getKey().equalsIgnoreCase("authorization"))
                .forEach(header ->
                        assertThat(read.at("/headers").get(header.getKey())).isEqualTo(header.getValue()));
    }

    private long originals() throws SQLException {
        return rows("jobs where attempt_number = 1");
    }

    private long rows(String from) throws SQLException {
        return server.database().number("select count(*) from " + from);
    }
}
