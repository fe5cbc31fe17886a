package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Alerts and their channels, tokens, secrets, and how this browser shows things. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsByHandIT {
    private Scene scene;
    private Api api;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        scene.receiver().script("/failing", RecordingReceiver.status(500));
        page = scene.signedIn();
        page.assertClean("api/me - Failed to load resource");
    }

    @AfterEach
    void nothingWentWrong() {
        page.assertClean();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void aChannelIsMadeTestedChangedAndRemoved() {
        page.visit("#/alerts");
        page.click(test("new-channel"));
        page.type(test("channel-form", "field-url"), scene.receiver().url("/channel"));
        page.click(test("channel-form", "check-warning"));
        page.click(test("channel-form", "submit"));
        page.awaitText(test("list-channels"), "/channel");

        page.click(test("test-channel"));

        await().until(() -> scene.receiver().count("/channel") == 1);
        page.awaitText(test("list-channels"), "(test)");
        page.awaitStatus(test("list-channels"), "delivered");
        assertThat(channel().get("alert_types")).hasSize(3);
        page.click(test("edit-channel"));
        page.click(test("channel-form", "field-is_active"));
        page.click(test("channel-form", "submit"));
        page.awaitStatus(test("list-channels"), "paused");
        assertThat(channel().get("is_active").asBoolean()).isFalse();
        page.click(test("delete-channel"));
        page.click(test("confirm-yes"));
        page.awaitText(test("list-channels"), "No channels yet");
    }

    @Test
    void anAlertIsSeenAndAcknowledged() {
        api.createQueue("{\"name\": \"alerting\", \"alerts_enabled\": true}");
        scene.push("alerting", "/failing", ", \"retry_delays\": []");
        await().until(() ->
                !Api.json(api.get("/api/alerts?type=failure")).get("data").isEmpty());
        page.visit("#/alerts");

        page.awaitStatus(test("list-alerts"), "failure");
        page.click(test("select-all"));
        page.click(test("bulk-acknowledge"));

        page.awaitNote("Acknowledge: ");
        page.choose(test("filter-acknowledged"), "false");
        page.awaitText(test("list-alerts"), "No alert matches");
        assertThat(Api.json(api.get("/api/alerts?acknowledged=false")).get("data"))
                .isEmpty();
    }

    @Test
    void aTokenIsShownOnceWorksAndIsRevoked() {
        page.visit("#/settings");
        page.click(test("new-token"));
        page.type(test("token-form", "field-name"), "by hand");
        page.click(test("token-form", "check-crons:read"));
        page.click(test("token-form", "submit"));
        page.see(test("revealed"));
        String token = page.text(test("secret"));

        assertThat(token).startsWith("pht_");
        Api made = new Api(scene.server().port(), token);
        assertThat(Api.json(made.get("/api/me")).get("scopes"))
                .hasToString("[\"jobs:read\",\"queues:read\",\"alerts:read\"]");
        page.click(test("revealed") + " .primary");
        page.awaitText(test("list-tokens"), "by hand");
        assertThat(everythingInThePage()).doesNotContain(token);
        page.click(test("list-tokens") + " [aria-label*=\"by hand\"]");
        page.click(test("confirm-yes"));
        page.awaitNote("Revoked.");
        assertThat(made.get("/api/me").statusCode()).isEqualTo(401);
        page.reload();
        page.awaitText(test("list-audit"), "token.revoke");
    }

    @Test
    void aTokenWithoutScopesIsRefusedInWords() {
        page.visit("#/settings");
        page.click(test("new-token"));
        page.type(test("token-form", "field-name"), "nothing");
        for (String scope : new String[] {"jobs", "queues", "crons", "alerts"}) {
            page.click(test("token-form", "check-" + scope + ":read"));
        }
        page.click(test("token-form", "submit"));

        page.see(test("error-scopes"));
        page.click(test("dialog-close"));
        assertThat(api.get("/api/tokens").body()).doesNotContain("\"nothing\"");
        page.assertClean("422");
    }

    @Test
    void aSigningSecretIsShownOnceAndSigns() {
        page.visit("#/settings");
        page.click(test("new-secret"));
        page.click(test("secret-form", "submit"));
        page.see(test("revealed"));
        String secret = page.text(test("secret"));

        assertThat(secret).startsWith("whsec_");
        page.click(test("revealed") + " .primary");
        page.see(test("end-secret"));
        assertThat(everythingInThePage()).doesNotContain(secret);
        scene.push("signed", "/signed", "");
        await().until(() -> scene.receiver().count("/signed") == 1);
        assertThat(scene.receiver().arrivals("/signed").get(0).hasHeader("webhook-signature"))
                .isTrue();
        page.click(test("end-secret"));
        page.click(test("confirm-yes"));
        page.awaitText(test("list-secrets"), "Nothing is signed");
    }

    @Test
    void aSecretOfOnesOwnIsTakenInPlaceOfAMadeOne() {
        page.visit("#/settings");
        page.click(test("new-secret"));
        page.type(test("secret-form", "field-secret"), "too short");
        page.click(test("secret-form", "submit"));
        page.see(test("error-secret"));
        page.type(test("secret-form", "field-secret"), "a-secret-of-another-sender");
        page.click(test("secret-form", "submit"));
        page.see(test("revealed"));

        assertThat(page.text(test("secret"))).isEqualTo("whsec_YS1zZWNyZXQtb2YtYW5vdGhlci1zZW5kZXI=");
        page.click(test("revealed") + " .primary");
        page.click(test("end-secret"));
        page.click(test("confirm-yes"));
        page.awaitText(test("list-secrets"), "Nothing is signed");
        page.click(test("new-secret"));
        page.choose(test("secret-form", "field-algorithm"), "ed25519");
        page.awaitGone(test("secret-form", "field-secret"));
        page.click(test("dialog-close"));
        page.assertClean("422");
    }

    @Test
    void timesAndColoursAreSwitchedAndKept() {
        page.browser()
                .driver()
                .executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", "Asia/Kathmandu"));
        long job = api.push("{\"queue\": \"far\", \"url\": \"http://example.com/\", \"run_at\": \""
                + LocalDate.now(ZoneOffset.UTC).plusDays(2) + "T03:04:05Z\"}");
        page.open("#/jobs/" + job).reload();
        page.awaitText(".facts", " 03:04:05");

        page.click(test("zone") + " button:last-child");
        page.click(test("theme") + " button:last-child");

        page.awaitText(".facts", " 08:49:05");
        Object dark = page.run("return getComputedStyle(document.body).backgroundColor");
        page.reload();
        page.awaitText(".facts", " 08:49:05");
        assertThat(page.run("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo(dark);
        page.click(test("theme") + " button:nth-child(2)");
        assertThat(page.run("return getComputedStyle(document.body).backgroundColor"))
                .isNotEqualTo(dark);
        page.click(test("zone") + " button:first-child");
        page.awaitText(".facts", " 03:04:05");
    }

    @Test
    void thePageOfSettingsSwitchesTimesColoursAndKeysToo() {
        page.visit("#/settings");
        page.awaitTitle("Settings");

        page.click(test("pref-zone") + " button:last-child");
        page.click(test("pref-theme") + " button:last-child");
        page.click(test("pref-keys") + " button:last-child");

        page.awaitText(test("zone") + " [aria-pressed=true]", "Local");
        page.awaitText(test("theme") + " [aria-pressed=true]", "Dark");
        page.awaitTrue("getComputedStyle(document.documentElement).colorScheme === 'dark'");
        page.press("g", "j");
        page.reload();
        page.awaitTitle("Settings");
        page.awaitText(test("pref-zone") + " [aria-pressed=true]", "Local");
        page.awaitText(test("pref-theme") + " [aria-pressed=true]", "Dark");
        page.awaitText(test("pref-keys") + " [aria-pressed=true]", "Off");
        page.click(test("pref-zone") + " button:first-child");
        page.click(test("pref-theme") + " button:first-child");
        page.click(test("pref-keys") + " button:first-child");
        page.awaitTrue("getComputedStyle(document.documentElement).colorScheme === 'light dark'");
        page.press("g", "j");
        page.awaitTitle("Jobs");
    }

    private String everythingInThePage() {
        return String.valueOf(
                page.run("return document.documentElement.outerHTML + JSON.stringify({ ...localStorage })"));
    }

    private JsonNode channel() {
        return Api.json(api.get("/api/alert-channels")).at("/data/0");
    }
}
