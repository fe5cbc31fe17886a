package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.ReportFile;
import dev.posthaste.ops.WireLoggers;
import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * No token, no secret and no Authorization header stands in anything that a server or a command says, however much it is made
 * to say, but in the answers that tell one once.
 */
class NothingIsToldIT {
    private static final String SETTING = "the-token-of-the-settings-8f3a1c7e5b";
    private static final String OUTBOUND = "Bearer outbound-credentials-9d2e4f6a8c0b";
    private static final String BROUGHT = "a-secret-that-was-brought-4c8d1e2f3a";
    private static final String GUESS = "a-token-that-somebody-guessed-7b6c5d4e";
    private static final String SECRET_KEY = "c2VjcmV0IGtleSBvZiB0aGUgdGVzdCwgMzIgYnl0ZXM=";
    private static final String SHORT = "too-short-5f6e7d";
    private static final String PASSWORD = "a-password-nobody-has-3e2d1c0b";

    private static final String UNKNOWN_PING = "UuNnKkNnOoWwNnPpIiNnGgSsEeCcRrEe";

    private final Map<String, String> secrets = new LinkedHashMap<>();
    private final Map<String, String> said = new LinkedHashMap<>();

    @Test
    void whateverIsDoneAndHoweverMuchIsLogged() throws Exception {
        secrets.put("the token of the settings", SETTING);
        secrets.put("the header of a job", OUTBOUND.substring("Bearer ".length()));
        secrets.put("the secret that was brought", BROUGHT);
        secrets.put("the same in base64", base64(BROUGHT));
        secrets.put("a guessed token", GUESS);
        secrets.put("the secret key", SECRET_KEY);
        secrets.put("a token that is too short", SHORT);
        secrets.put("a password", PASSWORD);
        try (TestDatabase database = TestDatabase.fresh();
                RecordingReceiver receiver = new RecordingReceiver()) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("POSTHASTE_API_TOKEN", SETTING);
            settings.put("POSTHASTE_SECRET_KEY", SECRET_KEY);
            try (ServerProcess server = ServerProcess.startUnready(ServerProcess.directory("nothing-told"), settings)) {
                Api api = new Api(server.port(), SETTING);
                await().ignoreExceptions().until(() -> api.get("/api/health").statusCode() == 200);
                logEverything(server);
                manageSecretsAndTokens(server, api);
                push(api, receiver);
                fail(server, api);
                failInTheDatabase(server, api, database);
                watch(server);
                assertThat(server.log()).contains("Full thread dump");
                runCommands(settings);
                server.terminate();
                await().until(() -> !server.isAlive());
                said.put("the log", server.log());
            }
        }

        assertThat(said.get("the log")).as("what is logged at all").contains("DEBUG");
        assertThat(told()).isEmpty();
    }

    /** Where which secret is found, with what stands before it; a part of one would be too much as well. */
    private List<String> told() {
        List<String> told = new ArrayList<>();
        said.forEach((where, text) -> secrets.forEach((what, secret) -> {
            int at = text.indexOf(secret.substring(Math.max(0, secret.length() - 16)));
            if (at >= 0) {
                told.add(what + " is in " + where + ": " + text.substring(Math.max(0, at - 300), at));
            }
        }));
        return told;
    }

    private void logEverything(ServerProcess server) {
        for (String logger : List.of("ROOT", "dev.posthaste", "org", "com", "io", "io.dropwizard", "org.quartz")) {
            assertThat(admin(server, "tasks/log-level?level=TRACE&logger=" + logger)
                            .statusCode())
                    .as(logger)
                    .isEqualTo(200);
        }
        for (String logger : WireLoggers.ALL) {
            for (String change : List.of("&level=TRACE", "", "&level=WARN&duration=PT1S")) {
                HttpResponse<String> answer = admin(server, "tasks/log-level?logger=" + logger + change);
                assertThat(answer.body()).as(logger + change).contains("tells what clients and jobs send");
            }
            assertThat(admin(server, "tasks/log-level?level=DEBUG&logger=" + logger + ".x")
                            .body())
                    .contains("tells what clients and jobs send");
        }
    }

    private void manageSecretsAndTokens(ServerProcess server, Api api) {
        String made =
                Api.json(api.post("/api/signing-secrets", "{}")).get("secret").asText();
        secrets.put("the signing secret that was made", made);
        assertThat(api.post("/api/signing-secrets", "{\"secret\": \"whsec_" + base64(BROUGHT) + "\", \"force\": true}")
                        .statusCode())
                .isEqualTo(201);
        said(api.post("/api/signing-secrets", "{\"secret\": \"whsec_!" + base64(BROUGHT) + "\"}"));
        said(api.post("/api/signing-secrets", "{\"secret\": \"" + BROUGHT + "\", \"algorithm\": \"ed25519\"}"));
        said(api.post("/api/signing-secrets", "{\"secret\": \"" + BROUGHT + "\"}"));
        said(api.get("/api/signing-secrets"));
        said(api.get("/api/signing-keys"));

        JsonNode cron = Api.json(
                api.post("/api/crons", "{\"name\": \"h\", \"cron_expression\": \"@yearly\", \"expect_ping\": true}"));
        String pingUrl = Api.json(api.get("/api/crons/" + cron.get("id")))
                .get("ping_url")
                .asText();
        secrets.put("the secret of a ping URL", pingUrl.substring(pingUrl.lastIndexOf('/') + 1));
        String pinged = URI.create(pingUrl).getPath();
        said(api.get(pinged));
        said(api.post(pinged + "/fail", "x"));
        said(api.delete(pinged));
        said(api.get("/api/crons"));
        secrets.put("an unknown secret of a ping URL", UNKNOWN_PING);
        said(api.get("/ping/" + UNKNOWN_PING));

        JsonNode token = Api.json(api.post("/api/tokens", "{\"name\": \"ci\", \"scopes\": [\"jobs:write\"]}"));
        String secret = token.get("token").asText();
        secrets.put("the token that was made", secret);
        String ofTask = admin(server, "tasks/token?action=create&scopes=jobs:read")
                .body()
                .strip();
        secrets.put("the token of the task", ofTask);
        said(api.get("/api/tokens"));
        said(api.get("/api/me"));
        said(new Api(server.port(), ofTask).get("/api/me"));
        said(new Api(server.port(), secret).get("/api/queues"));
        said(admin(server, "tasks/token?action=list"));
        said(admin(server, "tasks/token?action=revoke&id=" + secret));
        said(admin(server, "tasks/team?action=list"));
        said(api.delete("/api/tokens/" + secret));
        said(api.delete("/api/tokens/" + token.get("id")));
        said(new Api(server.port(), secret).get("/api/me"));
    }

    private void push(Api api, RecordingReceiver receiver) {
        receiver.script("/failing", RecordingReceiver.status(500));
        List<Long> jobs = new ArrayList<>();
        for (String url :
                List.of(receiver.url("/ok"), receiver.url("/failing"), "http://127.0.0.1:1/", "http://10.0.0.1/")) {
            HttpResponse<String> answer = api.post(
                    "/api/jobs",
                    "{\"queue\": \"q\", \"url\": \"" + url
                            + "\", \"retry_delays\": [1], \"headers\": {\"Authorization\": \"" + OUTBOUND
                            + "\"}, \"callback_url\": \"" + receiver.url("/callback") + "\"}");
            said(answer);
            jobs.add(Api.json(answer).get("job_id").asLong());
        }
        await().atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(jobs)
                        .allSatisfy(
                                id -> assertThat(api.job(id).get("final_status").asText())
                                        .isIn("success", "dead_lettered")));
        assertThat(receiver.arrivals("/ok").get(0).headers().toString()).contains(OUTBOUND);
    }

    private void fail(ServerProcess server, Api api) throws IOException {
        Api guess = new Api(server.port(), GUESS);
        for (int i = 0; i < 22; i++) {
            said(guess.get("/api/jobs"));
        }
        said(api.get("/api/queues?access_token=" + GUESS));
        said(api.get("/api/" + GUESS));
        said(api.get("/api/jobs/" + GUESS));
        said(api.get("/" + GUESS));
        said(api.post("/api/jobs", "{\"headers\": {\"Authorization\": \"" + OUTBOUND + "\""));
        said(api.post(
                "/api/jobs", "{\"headers\": {\"Authorization\": \"" + OUTBOUND + "\\u0001\"}, \"queue\": \"q\"}"));
        said(api.post("/api/jobs", "{\"headers\": {\"Proxy-Authorization\": \"" + OUTBOUND + "\"}, \"queue\": \"q\"}"));
        said(api.post("/api/jobs", "{\"queue\": \"q\", \"url\": \"http://x:" + PASSWORD + "@example.com/\"}"));
        said(api.post("/api/jobs", "{}", "Idempotency-Key", "k", "Idempotency-Key", "l"));
        said(api.send(api.request("/api/jobs").method("CONNECT-ME", HttpRequest.BodyPublishers.noBody())));
        said(api.send(
                api.request("/api/jobs").header("X-Long", "x".repeat(100_000)).GET()));
        said(api.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/jobs"))
                .header("Authorization", "Basic " + GUESS)
                .GET()));
        for (String head : List.of(
                "GET /api/jobs HTTP/1.1\r\nHost: a b\r\nAuthorization: Bearer " + SETTING + "\r\n\r\n",
                "GET /api/jobs HTTP/1.1\r\nHost: x\r\nAuthorization Bearer " + SETTING + "\r\n\r\n",
                "GET /api/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u0001" + SETTING + "\r\n\r\n",
                "GET /%zz?" + GUESS + " HTTP/9.1\r\nAuthorization: Bearer " + SETTING + "\r\n\r\n",
                "POST /api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\nAuthorization: Bearer " + SETTING
                        + "\r\n\r\n")) {
            raw(server.port(), head);
            raw(server.adminPort(), head);
        }
    }

    /** A row that is refused is shown by the database, with all that is in it. */
    private void failInTheDatabase(ServerProcess server, Api api, TestDatabase database) throws Exception {
        String job = "{\"queue\": \"q\", \"url\": \"http://example.com/\", \"headers\": {\"Authorization\": \""
                + OUTBOUND + "\"}}";
        database.execute("alter table requests add constraint nothing check (id < 0) not valid");
        assertThat(said(api.post("/api/jobs", job))).isGreaterThanOrEqualTo(500);
        database.execute("alter table requests drop constraint nothing");
        database.execute("alter table api_tokens rename to away");
        assertThat(said(api.get("/api/me"))).isGreaterThanOrEqualTo(500);
        database.execute("alter table away rename to api_tokens");
        database.execute("alter table api_tokens add constraint nothing check (id < 0) not valid");
        assertThat(said(api.post("/api/tokens", "{\"name\": \"ci\", \"scopes\": [\"admin\"]}")))
                .isGreaterThanOrEqualTo(500);
        database.execute("alter table api_tokens drop constraint nothing");
        database.execute("alter table signing_secrets add constraint nothing check (id < 0) not valid");
        assertThat(said(api.post("/api/signing-secrets", "{\"force\": true, \"secret\": \"" + BROUGHT + "\"}")))
                .isGreaterThanOrEqualTo(500);
        JsonNode cron = Api.json(
                api.post("/api/crons", "{\"name\": \"i\", \"cron_expression\": \"@yearly\", \"expect_ping\": true}"));
        String path = "/api/crons/" + cron.get("id");
        String pingUrl = Api.json(api.get(path)).get("ping_url").asText();
        secrets.put("the secret of another ping URL", pingUrl.substring(pingUrl.lastIndexOf('/') + 1));
        database.execute("alter table crons add constraint nothing check (name <> 'refused') not valid");
        assertThat(said(api.patch(path, "{\"name\": \"refused\"}"))).isGreaterThanOrEqualTo(500);
        database.execute("alter table crons drop constraint nothing");
        database.execute("alter table crons rename column last_ping_at to away");
        assertThat(said(api.get(URI.create(pingUrl).getPath()))).isGreaterThanOrEqualTo(500);
        database.execute("alter table crons rename column away to last_ping_at");
        database.endSessions();
        said(api.get("/api/me"));
        said(admin(server, "tasks/retention"));
    }

    private void watch(ServerProcess server) throws Exception {
        Api admin = new Api(server.adminPort(), SETTING);
        for (String path : List.of("/metrics", "/healthcheck", "/threads", "/ping", "/", "/tasks", "/" + GUESS)) {
            said.put("GET " + path + " of the admin port", shown(admin.get(path)));
        }
        said(admin(server, "tasks/gc"));
        said(admin(server, "tasks/" + GUESS));
        server.signal("QUIT");
        await().until(() -> server.log().contains("Full thread dump"));
    }

    private void runCommands(Map<String, String> settings) throws Exception {
        String misspelt =
                secrets.get("the token that was made").replaceAll(".$", "!").replace('!', '_');
        secrets.put("a misspelt token", misspelt);
        for (String command : List.of("check", "token list", "team list", "db migrate", "server")) {
            run(command, settings, "POSTHASTE_API_TOKEN", SHORT);
            run(command, settings, "POSTHASTE_API_TOKEN", SETTING + "\u00e4");
            run(command, settings, "POSTHASTE_SECRET_KEY", GUESS);
        }
        run("check", settings, "POSTHASTE_API_TOKEN_FILE", "/nowhere/at-all");
        run("token list", settings, "POSTHASTE_DATABASE_PASSWORD", PASSWORD);
        run("token list", settings, "POSTHASTE_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/x?password=" + PASSWORD);
        run("token list", settings, "POSTHASTE_DATABASE_URL", "jdbc:postgresql://u:" + PASSWORD + "@127.0.0.1:1/x");
        run("check", settings, "POSTHASTE_DATABASE_URL", "jdbc:postgresql://u:" + PASSWORD + "@a/x");
        run("token list", settings, "POSTHASTE_DATABASE_URL", "jdbc:postgresql//u:" + PASSWORD + "@127.0.0.1:1/x");
        run("token revoke --id " + GUESS, settings, "X", "x");
    }

    private void run(String command, Map<String, String> settings, String name, String value) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.add("config.yml");
        Path output = ReportFile.named("command");
        ProcessBuilder builder = new ProcessBuilder(ServerProcess.command(arguments.toArray(String[]::new)));
        builder.environment().putAll(settings);
        builder.environment().put(name, value);
        if (name.endsWith("_FILE")) {
            builder.environment().remove(name.replace("_FILE", ""));
        }
        builder.environment().put("POSTHASTE_PORT", String.valueOf(FreePort.find()));
        builder.environment().put("POSTHASTE_ADMIN_PORT", String.valueOf(FreePort.find()));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(command).isTrue();
        String text = Files.readString(output);
        if (command.startsWith("token revoke")) {
            // The parser of the command line shows what it could not read: whoever typed it sees what he typed.
            assertThat(text).contains("--id");
            return;
        }
        assertThat(process.exitValue())
                .as(command + " with " + name + ": " + text)
                .isNotZero();
        said.put(command + " with " + name + " " + said.size(), text);
    }

    private void raw(int port, String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            said.put(
                    "the answer to " + said.size(),
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private HttpResponse<String> admin(ServerProcess server, String path) {
        return new Api(server.adminPort(), SETTING).post("/" + path, "");
    }

    private int said(HttpResponse<String> answer) {
        said.put("the answer " + said.size() + " to " + answer.request().method(), shown(answer));
        return answer.statusCode();
    }

    private static String shown(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().map() + " " + answer.body();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
