package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens by the API, from their making to their end. */
class TokensIT {
    private static final String JOB = "{\"queue\": \"q\", \"url\": \"http://example.com/\", \"delay\": 86400}";

    private ServerInside server;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        server = new ServerInside();
        api = new Api(server.port(), ServerProcess.TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTokenIsShownOnceAndDoesWhatItsScopesSay() {
        Instant end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        HttpResponse<String> answer = api.post(
                "/api/tokens",
                "{\"name\": \"ci\", \"scopes\": [\"jobs:write\", \"jobs:read\"], \"expires_at\": \"" + end + "\"}");
        JsonNode made = Api.json(answer);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(made.get("token").asText())
                .hasSize(53)
                .startsWith(made.get("prefix").asText());
        assertThat(made.get("scopes").toString()).isEqualTo("[\"jobs:read\",\"jobs:write\"]");
        Api limited = new Api(server.port(), made.get("token").asText());
        assertThat(limited.push(JOB)).isPositive();
        assertThat(limited.get("/api/queues").body())
                .isEqualTo("{\"error\":\"The token lacks the scope queues:read.\"}");
        assertThat(limited.get("/api/me").body())
                .isEqualTo("{\"team\":\"default\",\"name\":\"ci\",\"scopes\":[\"jobs:read\",\"jobs:write\"],"
                        + "\"expires_at\":\"" + end.toString().replace("Z", "+00:00") + "\"}");
        JsonNode listed = Api.json(api.get("/api/tokens")).get("data").get(0);
        assertThat(fields(listed))
                .containsExactly("id", "name", "prefix", "scopes", "last_used_at", "expires_at", "created_at");
        assertThat(listed.get("id")).isEqualTo(made.get("id"));
    }

    @Test
    void aTokenOfBeforeHasEveryScopeAndNoEnd() {
        JsonNode me = Api.json(api.get("/api/me"));

        assertThat(me.get("name").asText()).isEqualTo("POSTHASTE_API_TOKEN");
        assertThat(me.get("scopes")).hasSize(9);
        assertThat(me.get("expires_at").isNull()).isTrue();
    }

    @Test
    void listsArePagedNewestFirst() {
        for (int i = 0; i < 3; i++) {
            make("n" + i, "jobs:read");
        }
        JsonNode first = Api.json(api.get("/api/tokens?limit=2"));
        JsonNode second = Api.json(
                api.get("/api/tokens?limit=2&cursor=" + first.get("next_cursor").asText()));

        assertThat(first.get("data").findValuesAsText("name")).containsExactly("n2", "n1");
        assertThat(second.get("data").findValuesAsText("name")).containsExactly("n0", "POSTHASTE_API_TOKEN");
        assertThat(second.get("next_cursor").isNull()).isTrue();
        assertThat(api.get("/api/tokens?limit=0").statusCode()).isEqualTo(422);
        assertThat(api.get("/api/tokens?cursor=x").statusCode()).isEqualTo(422);
    }

    @Test
    void aTokenThatIsRevokedIsRefusedFromTheNextCallOn() {
        JsonNode made = make("ci", "jobs:write");
        Api limited = new Api(server.port(), made.get("token").asText());
        limited.push(JOB);

        String path = "/api/tokens/" + made.get("id");
        assertThat(api.delete(path).statusCode()).isEqualTo(204);

        assertThat(limited.post("/api/jobs", JOB).statusCode()).isEqualTo(401);
        assertThat(limited.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(api.delete(path).body()).isEqualTo("{\"error\":\"Token not found\"}");
        assertThat(api.get("/api/tokens").body()).doesNotContain("\"ci\"");
    }

    @Test
    void whatATokenMakesEndsWhenItDoesAtTheLatest() {
        Instant end = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS);
        Api ending = new Api(
                server.port(),
                Api.json(api.post(
                                "/api/tokens",
                                "{\"name\": \"ending\", \"scopes\": [\"admin\"], \"expires_at\": \"" + end + "\"}"))
                        .get("token")
                        .asText());

        for (String wanted : new String[] {"", ", \"expires_at\": \"" + end.plusSeconds(1) + "\""}) {
            HttpResponse<String> made =
                    ending.post("/api/tokens", "{\"name\": \"longer\", \"scopes\": [\"admin\"]" + wanted + "}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            assertThat(Instant.parse(Api.json(made).get("expires_at").asText())).isEqualTo(end);
        }
    }

    /** Whatever this node remembers of it: the transaction that accepts looks again. */
    @Test
    void aTokenThatIsOverOrMayNotPushAnyMoreIsRefusedFromTheNextPushOn() throws Exception {
        for (String change : new String[] {"expires_at = now()", "scopes = '{jobs:read}'"}) {
            JsonNode made = make("ci", "jobs:write");
            Api limited = new Api(server.port(), made.get("token").asText());
            limited.push(JOB);

            server.database().execute("update api_tokens set " + change + " where id = " + made.get("id"));

            assertThat(limited.post("/api/jobs", JOB).statusCode()).as(change).isEqualTo(401);
        }
    }

    @Test
    void aTokenMakesNoneThatMayMoreThanItself() {
        Api admin = new Api(
                server.port(), make("a", "admin", "jobs:read").get("token").asText());

        HttpResponse<String> more =
                admin.post("/api/tokens", "{\"name\": \"b\", \"scopes\": [\"jobs:read\", \"jobs:write\"]}");
        HttpResponse<String> same = admin.post("/api/tokens", "{\"name\": \"b\", \"scopes\": [\"jobs:read\"]}");

        assertThat(more.statusCode()).isEqualTo(403);
        assertThat(more.body()).isEqualTo("{\"error\":\"The token lacks the scope jobs:write.\"}");
        assertThat(same.statusCode()).isEqualTo(201);
    }

    @Test
    void whatIsNotValidIsNamed() {
        assertInvalid("{}", "name", "The name field is required.");
        assertInvalid("{\"name\": \"n\"}", "scopes", "The scopes field is required.");
        assertInvalid("{\"name\": \"n\", \"scopes\": []}", "scopes", "The scopes field is required.");
        assertInvalid("{\"name\": \"n\", \"scopes\": \"admin\"}", "scopes", "The scopes field must be an array.");
        assertInvalid("{\"name\": 5, \"scopes\": [\"admin\"]}", "name", "The name field must be a string.");
        assertInvalid(
                "{\"name\": \"" + "x".repeat(256) + "\", \"scopes\": [\"admin\"]}",
                "name",
                "The name field must not be greater than 255 characters.");
        assertInvalid(
                "{\"name\": \"a\\nb\", \"scopes\": [\"admin\"]}",
                "name",
                "The name field must not contain control characters.");
        assertInvalid(
                "{\"name\": \"n\", \"scopes\": [\"admin\", \"Admin\"]}",
                "scopes.1",
                "The selected scopes.1 is invalid.");
        assertInvalid("{\"name\": \"n\", \"scopes\": [1]}", "scopes.0", "The scopes.0 field must be a string.");
        assertInvalid(
                "{\"name\": \"n\", \"scopes\": [\"admin\"], \"expires_at\": \"2020-01-01T00:00:00Z\"}",
                "expires_at",
                "The expires at field must be in the future.");
        assertInvalid(
                "{\"name\": \"n\", \"scopes\": [\"admin\"], \"expires_at\": \"+99999-01-01T00:00:00Z\"}",
                "expires_at",
                "The expires at field must not be after the year 9999.");
        assertInvalid(
                "{\"name\": \"n\", \"scopes\": [\"admin\"], \"expires_at\": \"tomorrow\"}",
                "expires_at",
                "The expires at field must be an ISO 8601 date and time with an offset.");
        assertInvalid(
                "{\"name\": \"n\", \"scopes\": [\"admin\"], \"expires\": 1}",
                "expires",
                "The expires field is unknown.");
    }

    /** A typo is told from a token that somebody made up: nothing is asked of the database. */
    @Test
    void aMisspeltTokenCostsNoLookUp() throws Exception {
        String token = make("ci", "jobs:write").get("token").asText();
        String misspelt = token.substring(0, 10) + (token.charAt(10) == 'x' ? 'y' : 'x') + token.substring(11);
        server.database().execute("alter table api_tokens rename to away");

        HttpResponse<String> known = new Api(server.port(), token).get("/api/me");
        HttpResponse<String> wrong = new Api(server.port(), misspelt).get("/api/me");

        assertThat(known.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).isEqualTo("{\"error\":\"Invalid authorization token\"}");
    }

    @Test
    void theLastUseIsShownSoon() {
        JsonNode made = make("ci", "jobs:write");
        assertThat(listed(made).get("last_used_at").isNull()).isTrue();

        new Api(server.port(), made.get("token").asText()).push(JOB);

        await().until(() -> !listed(made).get("last_used_at").isNull());
    }

    @Test
    void operatorsMakeTeamsAndTokensOnTheAdminPort() {
        assertThat(task("team?action=create&name=billing")).isEqualTo("Created team 2, billing\n");
        String token = task("token?action=create&team=billing&name=ci&scopes=jobs:read,admin&expires_in=90d")
                .strip();

        assertThat(Api.json(new Api(server.port(), token).get("/api/me"))
                        .get("scopes")
                        .toString())
                .isEqualTo("[\"jobs:read\",\"admin\"]");
        assertThat(task("team?action=rename&name=billing&to=invoices")).contains("is called invoices");
        assertThat(task("team?action=list")).contains("invoices").doesNotContain("billing");
        assertThat(task("token?action=list")).contains("jobs:read,admin").doesNotContain(token);
        assertThat(task("token?action=revoke&id=2")).isEqualTo("Revoked token 2\n");
        assertThat(new Api(server.port(), token).get("/api/me").statusCode()).isEqualTo(401);
        assertThat(task("team?action=delete&name=invoices")).startsWith("Deleted team invoices");
        assertThat(task("team?action=list")).doesNotContain("invoices");
    }

    @Test
    void whatOperatorsCannotDoIsSaidInASentence() {
        assertThat(refusal("team?action=delete&name=default")).contains("The team default cannot be deleted.");
        assertThat(refusal("team?action=create&name=default")).contains("There is a team default already.");
        assertThat(refusal("team?action=delete")).contains("Give name once, with a value");
        assertThat(refusal("team?action=x")).contains("There is no such action");
        assertThat(refusal("token?action=create&scopes=all")).contains("There is no scope all");
        assertThat(refusal("token?action=revoke&id=x")).contains("id is the number");
        assertThat(refusal("token?action=revoke&id=99")).contains("There is no token 99");
    }

    @Test
    void aTeamOfWhichSomethingIsPendingIsDeletedWithEverything() {
        task("team?action=create&name=billing");
        Api billing =
                new Api(server.port(), task("token?action=create&team=billing").strip());
        billing.push(JOB);

        assertThat(task("team?action=delete&name=billing")).contains("pending or being sent");
        assertThat(billing.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(task("team?action=delete&name=billing&everything=true")).startsWith("Deleted team billing");

        assertThat(billing.post("/api/jobs", JOB).statusCode()).isEqualTo(401);
        assertThat(task("retention")).contains("1 jobs of deleted queues");
        assertThat(teams()).isOne();
    }

    /** What is misspelt would be left out, and more be done than was asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "token?action=create&scope=jobs:read",
                "token?action=create&expires=1h",
                "token?action=list&team=x",
                "team?action=list&name=x",
                "team?action=delete&name=default&everything=maybe",
                "trace?queue=q&second=5",
                "retention?runs=1",
                "log-level?level=DEBUG",
                "log-level?logger=a&levle=DEBUG"
            })
    void aParameterThatATaskDoesNotKnowIsRefusedAndNothingIsDone(String call) throws Exception {
        long tokens = server.database().number("select count(*) from api_tokens");

        assertThat(refusal(call)).contains("POST /tasks/");
        assertThat(server.database().number("select count(*) from api_tokens")).isEqualTo(tokens);
        assertThat(teams()).isPositive();
    }

    private long teams() {
        try {
            return server.database().number("select count(*) from teams");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String task(String call) {
        return new Api(server.adminPort(), "none").post("/tasks/" + call, "").body();
    }

    private String refusal(String call) {
        HttpResponse<String> answer = new Api(server.adminPort(), "none").post("/tasks/" + call, "");
        assertThat(answer.statusCode()).isEqualTo(422);
        return answer.body();
    }

    private JsonNode listed(JsonNode made) {
        for (JsonNode token : Api.json(api.get("/api/tokens")).get("data")) {
            if (token.get("id").equals(made.get("id"))) {
                return token;
            }
        }
        throw new AssertionError("not listed");
    }

    private JsonNode make(String name, String... scopes) {
        HttpResponse<String> answer = api.post(
                "/api/tokens", "{\"name\": \"" + name + "\", \"scopes\": [\"" + String.join("\",\"", scopes) + "\"]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Api.json(answer);
    }

    private void assertInvalid(String body, String field, String message) {
        HttpResponse<String> answer = api.post("/api/tokens", body);
        assertThat(answer.statusCode()).as(body).isEqualTo(422);
        assertThat(Api.json(answer).get("errors").get(field).get(0).asText())
                .as(body)
                .isEqualTo(message);
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
