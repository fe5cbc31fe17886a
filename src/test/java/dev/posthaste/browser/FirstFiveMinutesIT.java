package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.ReportFile;
import dev.posthaste.system.FreePort;
import dev.posthaste.system.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody has found the repository and does what its first page says, step by step, and nothing that it does not say. */
@InABrowser
class FirstFiveMinutesIT {
    private static final Pattern LINK = Pattern.compile("http://localhost:(\\d+)/(#login=[\\w-]{43})\n");

    /** It makes a database, on a machine that may be busy. */
    private static final Duration OF_A_FIRST_START = Duration.ofMinutes(5);

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatWasStarted() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aJobIsPushedByTheFormAndSeenOnItsTimeLineWithItsCallback() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        int port = FreePort.find();
        int receiving = FreePort.find();

        String server = makes(
                readme,
                "run",
                Map.of(
                        "POSTHASTE_PORT",
                        "" + port,
                        "POSTHASTE_ADMIN_PORT",
                        "" + FreePort.find(),
                        "POSTHASTE_BIND",
                        "127.0.0.1",
                        "POSTHASTE_ANNOUNCE_STOP",
                        "0s",
                        "POSTHASTE_DATA_DIR",
                        ServerProcess.directory("first-minutes").toString()));
        Path received = Path.of(makes(readme, "receive", Map.of("POSTHASTE_RECEIVE_PORT", "" + receiving)));
        await().atMost(OF_A_FIRST_START)
                .until(() -> LINK.matcher(Files.readString(Path.of(server))).find());
        Matcher link = LINK.matcher(Files.readString(Path.of(server)));
        assertThat(link.find()).isTrue();
        await().until(() -> Files.readString(received).contains("Receiving on"));
        try (Chromium browser = new Chromium()) {
            Page page = browser.page("http://localhost:" + link.group(1) + "/");
            page.open(link.group(2)).awaitTitle("Overview");
            assertThat(readme).contains("a link that signs in to the dashboard", "Push a job", "Callback URL");
            page.click(test("first-push"));
            page.type(test("push-form", "field-queue"), "emails");
            page.type(test("push-form", "field-url"), "http://localhost:" + receiving + "/send");
            page.type(test("push-form", "field-payload"), "{\"subject\": \"Welcome!\"}");
            page.click(test("push-form") + " summary");
            page.type(test("push-form", "field-callback_url"), "http://localhost:" + receiving + "/callback");
            page.click(test("push-form", "submit"));

            page.see(test("timeline"));
            page.awaitStatus(".head", "completed");
            page.awaitText(test("timeline"), "Attempt 1");
            page.awaitText(test("run"), "\"Welcome!\"");
            page.awaitStatus(test("callbacks"), "delivered");
            assertThat(Files.readString(received))
                    .contains("POST /send", "POST /callback", "\"event\":\"job.completed\"");
            page.assertClean("api/me - Failed to load resource");
        }
    }

    /** Runs a target as it stands in the Makefile, but for building the jar; where it says what it has to say. */
    private String makes(String readme, String target, Map<String, String> settings) throws IOException {
        assertThat(readme).contains("make " + target);
        String jar = System.getProperty("posthaste.jar", "target/posthaste.jar");
        ProcessBuilder make = new ProcessBuilder("make", "-o", jar, "JAR=" + jar, target);
        make.environment().putAll(settings);
        // Compiled quickly rather than well: they live for seconds.
        make.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Path said = ReportFile.named("make-" + target);
        started.add(make.redirectErrorStream(true).redirectOutput(said.toFile()).start());
        return said.toString();
    }
}
