package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links that sign in: printed by a server that is asked to, or by the command beside one that runs. */
class LoginLinkIT {
    private static final Pattern LINK = Pattern.compile("http://localhost:(\\d+)/#login=([\\w-]{43})\n");

    @Test
    void aServerThatIsAskedToPrintsOneAtEachStartAndElseNone() throws Exception {
        Path data = ServerProcess.directory("login-link");
        try (ServerProcess silent = ServerProcess.start(data)) {
            assertThat(silent.log()).doesNotContain("#login=");
        }
        for (int start = 0; start < 2; start++) {
            try (ServerProcess server = ServerProcess.start(data, Map.of("POSTHASTE_PRINT_LOGIN_LINK", "true"))) {
                await().until(() -> LINK.matcher(server.log()).find());
                Matcher link = link(server.log());
                assertThat(link.group(1)).isEqualTo(String.valueOf(server.port()));
                Browser browser = new Browser(server.port());
                assertThat(browser.signInByLink(link.group(2)).statusCode()).isEqualTo(201);
                assertThat(Api.json(browser.get("/api/me")).get("name").asText())
                        .isEqualTo("POSTHASTE_API_TOKEN");
                assertThat(browser.signInByLink(link.group(2)).statusCode()).isEqualTo(401);
            }
        }
    }

    /** They stand in addresses, in lines to be copied and in SQL. */
    @Test
    void numbersAreWrittenInTheSameDigitsWhereverSomebodyIs() throws Exception {
        List<String> persian = List.of("-Duser.language=fa", "-Duser.country=IR");
        try (ServerProcess server = ServerProcess.start(
                ServerProcess.directory("digits"), Map.of("POSTHASTE_PRINT_LOGIN_LINK", "true"), persian)) {
            await().until(() -> LINK.matcher(server.log()).find());

            assertThat(server.log())
                    .contains("Sign in (once, within 10 minutes)")
                    .doesNotContainPattern("[٠-٩۰-۹]");
        }
    }

    @Test
    void theVeryFirstStartPrintsOneBesideItsToken() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                ServerProcess server = ServerProcess.startUnready(
                        ServerProcess.directory("first-link"), with(database, "POSTHASTE_API_TOKEN", ""))) {
            await().until(() -> LINK.matcher(server.log()).find());

            Browser browser = new Browser(server.port());
            assertThat(browser.signInByLink(link(server.log()).group(2)).statusCode())
                    .isEqualTo(201);
            assertThat(Api.json(browser.get("/api/me")).get("name").asText()).isEqualTo("first");
            // The page is in the jar.
            assertThat(browser.get("/").body()).startsWith("<!doctype html>");
            assertThat(browser.get("/vendor/preact.mjs").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theCommandMakesOneBesideAServerThatRunsOnTheEmbeddedDatabase() throws Exception {
        Path data = ServerProcess.directory("link-command");
        try (ServerProcess server = ServerProcess.start(data)) {
            Map<String, String> settings =
                    Map.of("POSTHASTE_DATA_DIR", data.toString(), "POSTHASTE_PORT", String.valueOf(server.port()));
            CommandRun made = CommandRun.of(settings, "login-link", "config.yml");

            assertThat(made.exitCode()).as(made.output()).isZero();
            Browser browser = new Browser(server.port());
            assertThat(browser.signInByLink(link(made.output()).group(2)).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void aTeamOrATokenThatIsNotThereIsSaidInASentence() throws Exception {
        try (TestDatabase database = TestDatabase.fresh()) {
            Map<String, String> settings = with(database, "POSTHASTE_PUBLIC_URL", "https://posthaste.example/below/");

            assertThat(CommandRun.of(settings, "login-link", "config.yml").output())
                    .contains("The team default has no valid token: make one with token create.");
            assertThat(CommandRun.of(settings, "login-link", "--team", "x", "config.yml")
                            .output())
                    .contains("There is no team x.");
            CommandRun.of(settings, "token", "create", "--name", "ci", "config.yml");
            assertThat(CommandRun.of(settings, "login-link", "--token", "cd", "config.yml")
                            .output())
                    .contains("The team default has no valid token called cd");
            assertThat(CommandRun.of(settings, "login-link", "--token", "ci", "config.yml")
                            .output())
                    .contains("https://posthaste.example/below/#login=");
        }
    }

    private static Map<String, String> with(TestDatabase database, String name, String value) {
        Map<String, String> settings = new HashMap<>(database.settings());
        settings.put(name, value);
        return settings;
    }

    private static Matcher link(String text) {
        Matcher link = LINK.matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return link;
    }
}
