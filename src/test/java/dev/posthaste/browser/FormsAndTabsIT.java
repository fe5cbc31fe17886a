package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** What somebody types is sent as he means it or told to be wrong, outlives his session, and goes to nobody else's team. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormsAndTabsIT {
    private Scene scene;
    private Api api;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        api = scene.api();
        page = scene.signedIn();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void aFieldThatIsClearedIsClearedOrSaidToStay() {
        long queue = api.createQueue(
                "{\"name\": \"cleared\", \"max_per_second\": 5, \"timeout_seconds\": 7, \"redact\": [\"body\"]}");
        page.open("#/queues/" + queue);
        page.click(test("edit-queue"));
        page.type(test("queue-form", "field-max_per_second"), "");
        page.type(test("queue-form", "field-timeout_seconds"), "");
        page.click("details.further summary");
        page.type(test("queue-form", "field-redact"), "");
        page.click(test("queue-form", "submit"));

        page.awaitText(test("error-timeout_seconds"), "cannot be taken away");
        page.type(test("queue-form", "field-timeout_seconds"), "8");
        page.click(test("queue-form", "submit"));
        page.awaitGone("dialog");
        JsonNode saved = Api.json(api.get("/api/queues/" + queue));
        assertThat(saved.get("max_per_second").isNull()).isTrue();
        assertThat(saved.get("timeout_seconds").asInt()).isEqualTo(8);
        assertThat(saved.get("redact")).isEmpty();

        long job = scene.push(
                "cleared",
                "/ok",
                ", \"delay\": 3600, \"callback_url\": \"http://a.example/\", \"payload\": {\"a\": 1}");
        page.open("#/jobs/" + job);
        page.click(test("edit"));
        page.click("details.further summary");
        page.type(test("edit-form", "field-callback_url"), "");
        page.fill(test("edit-form", "field-payload"), "");
        page.type(test("edit-form", "field-body"), "instead");
        page.type(test("edit-form", "field-retry_delays"), "");
        page.click(test("edit-form", "submit"));
        page.awaitText(test("error-callback_url"), "cannot be taken away");
        page.awaitText(test("error-retry_delays"), "cannot be taken away");
        assertThat(page.count(test("error-payload"))).isZero();
        page.type(test("edit-form", "field-callback_url"), "http://b.example/");
        page.type(test("edit-form", "field-retry_delays"), "none");
        page.click(test("edit-form", "submit"));
        page.awaitNote("Changed.");
        assertThat(api.job(job).get("body").asText()).isEqualTo("instead");
        assertThat(api.job(job).get("callback_url").asText()).isEqualTo("http://b.example/");
    }

    @Test
    void aReplayThatLeavesTheBodyAsItIsSendsTheSameOctets() {
        String payload = "{\"n\":1.0,   \"big\":12345678901234567890,\r\n\t\"list\":[ ]}";
        scene.receiver().script("/first", RecordingReceiver.status(500));
        long job = scene.push("same", "/first", ", \"retry_delays\": [], \"payload\": " + payload);
        page.open("#/jobs/" + job);
        page.awaitStatus(".head", "failed_no_retries");

        page.click(test("replay-edited"));
        page.type(test("push-form", "field-url"), scene.receiver().url("/second"));
        page.click(test("push-form", "submit"));

        await().until(() -> scene.receiver().count("/second") == 1);
        assertThat(scene.receiver().arrivals("/second").get(0).body()).isEqualTo(payload);
    }

    /** It has no value to a script, and so looks as if nothing were filled in: at once, for ever, or all. */
    @Test
    void aDateThatIsHalfFilledInIsNotTakenForNone() {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).plusDays(3);
        String digits = day.format(DateTimeFormatter.ofPattern("MMddyyyy"));
        page.open("#/push");
        page.type(test("push-form", "field-queue"), "half");
        page.type(test("push-form", "field-url"), scene.receiver().url("/half"));
        page.awaitText(test("curl"), "/half");
        refuseHalf("push-form", "run_at", digits);
        page.awaitText(test("curl"), "marked as wrong");
        assertThat(page.focused()).isEqualTo("field-run_at");
        page.fill(test("push-form", "field-run_at"), day + "T10:00:00");
        page.awaitText(test("curl"), day + "T10:00:00");
        page.click(test("push-form", "submit"));
        page.awaitNote("is scheduled");
        JsonNode job = Api.json(api.get("/api/jobs?queue=half")).get("data");
        assertThat(job).hasSize(1);
        assertThat(job.get(0).get("scheduled_at").asText()).startsWith(day + "T10:00:00");

        page.open("#/jobs/" + job.get(0).get("id").asLong());
        page.click(test("edit"));
        refuseHalf("edit-form", "run_at", digits);
        page.click("dialog " + test("dialog-close"));
        page.open("#/settings");
        page.click(test("new-token"));
        page.type(test("token-form", "field-name"), "half");
        refuseHalf("token-form", "expires_at", digits);
        page.click("dialog " + test("dialog-close"));
        assertThat(api.get("/api/tokens?limit=100").body()).doesNotContain("\"half\"");
        page.open("#/operations?new=1&queue=half");
        refuseHalf("operation-form", "before", digits);
        page.click("dialog " + test("dialog-close"));
        assertThat(Api.json(api.get("/api/operations")).get("data")).isEmpty();
    }

    private void refuseHalf(String form, String field, String digits) {
        page.see(test(form, "field-" + field));
        page.run("document.querySelector(arguments[0]).focus()", test(form, "field-" + field));
        page.press(digits);
        page.click(test(form, "submit"));
        page.awaitText(test(form, "error-" + field), "Fill in the whole date and time");
    }

    private void toTheEnd(String css) {
        page.awaitTrue("document.querySelector(arguments[0]) !== null", css);
        page.run("document.querySelector(arguments[0]).closest('details')?.setAttribute('open', '')", css);
        page.click(css);
        page.run(
                "const area = document.querySelector(arguments[0]); area.setSelectionRange(area.value.length, area.value.length)",
                css);
    }

    /** A browser's field has line feeds alone. */
    @Test
    void aBodyOfOtherLineEndsKeepsThemWhereALineIsEdited() {
        scene.receiver().script("/lines", RecordingReceiver.status(500));
        String body = "one\r\ntwo\r\n\r\nthree";
        String more = ", \"body\": \"one\\r\\ntwo\\r\\n\\r\\nthree\"";
        long job = scene.push("lines", "/lines", ", \"retry_delays\": []" + more);
        page.open("#/jobs/" + job);
        page.awaitStatus(".head", "failed_no_retries");
        page.click(test("replay-edited"));
        page.click(test("push-form") + " summary");
        toTheEnd(test("push-form", "field-body"));
        page.press("!\nfour");
        page.click(test("push-form", "submit"));
        await().until(() -> scene.receiver().count("/lines") == 2);
        assertThat(scene.receiver().arrivals("/lines").get(1).body()).isEqualTo(body + "!\r\nfour");

        long waiting = scene.push("lines", "/lines", ", \"delay\": 3600" + more);
        page.open("#/jobs/" + waiting);
        page.click(test("edit"));
        toTheEnd(test("edit-form", "field-body"));
        page.press(Keys.BACK_SPACE);
        page.click(test("edit-form", "submit"));
        page.awaitNote("Changed.");
        assertThat(api.job(waiting).get("body").asText()).isEqualTo("one\r\ntwo\r\n\r\nthre");

        long json = scene.push("lines", "/lines", ", \"delay\": 3600, \"payload\": {\"a\":\r\n1}");
        page.open("#/jobs/" + json);
        page.click(test("edit"));
        toTheEnd(test("edit-form", "field-payload"));
        page.press(Keys.BACK_SPACE, "0}");
        page.click(test("edit-form", "submit"));
        page.awaitNote("Changed.");
        assertThat(api.get("/api/jobs/" + json).body()).contains("{\"a\":\r\n10}");
    }

    @Test
    void aKeyInAnyScriptIsSentAndOneThatIsRefusedIsToldBesideItsField() {
        page.open("#/push");
        page.type(test("push-form", "field-queue"), "keyed");
        page.type(test("push-form", "field-url"), scene.receiver().url("/keyed"));
        page.click("details.further summary");
        page.fill(test("push-form", "field-key"), "ключ".repeat(80));
        page.click(test("push-form", "submit"));
        page.awaitText(test("error-key"), "255 characters");

        page.type(test("push-form", "field-key"), "ключ");
        page.click(test("push-form", "submit"));
        page.awaitNote("is scheduled");
        await().until(() -> scene.receiver().count("/keyed") == 1);
        page.open("#/push");
        page.type(test("push-form", "field-queue"), "keyed");
        page.type(test("push-form", "field-url"), scene.receiver().url("/other"));
        page.click("details.further summary");
        page.type(test("push-form", "field-key"), "ключ");
        page.click(test("push-form", "submit"));
        page.awaitText(test("error-key"), "was used for another request");
    }

    @Test
    void whatWasFilledInIsThereAgainWhenWhoeverItWasSignsInAgain() throws Exception {
        page.open("#/push");
        page.type(test("push-form", "field-url"), "http://unfinished.example/");

        scene.server().database().execute("delete from sessions");

        page.see(test("sign-in"));
        page.type(test("token"), ServerProcess.TOKEN);
        page.click(test("submit"));
        page.awaitTitle("Push a job");
        assertThat(page.value(test("push-form", "field-url"))).isEqualTo("http://unfinished.example/");

        page.click(test("sign-out"));
        page.type(test("token"), ServerProcess.TOKEN);
        page.click(test("submit"));
        page.awaitTitle("Push a job");
        assertThat(page.value(test("push-form", "field-url"))).isEmpty();
    }

    @Test
    void whatIsShownOnceStaysUntilItIsKept() {
        page.open("#/settings");
        page.click(test("new-token"));
        page.type(test("token-form", "field-name"), "once");
        page.click(test("token-form", "submit"));
        page.see(test("secret"));

        page.press(Keys.ESCAPE, Keys.ESCAPE, Keys.ESCAPE);

        page.awaitText(test("secret"), "pht_");
        page.see(test("secret"));

        page.run("location.hash = '#/jobs'");
        page.awaitTitle("Jobs");
        page.awaitText(test("secret"), "pht_");
        page.click(test("kept"));
        page.awaitGone("dialog");
    }

    /** Whoever has gone on meanwhile has something else open, and types. */
    @Test
    void anAnswerThatComesLateClosesNothingElse() {
        long queue = api.createQueue("{\"name\": \"late\"}");
        page.open("#/queues/" + queue);
        page.click(test("edit-queue"));
        page.type(test("queue-form", "field-timeout_seconds"), "8");
        page.run(
                "window.theirs = window.fetch; window.fetch = (address, asked) => asked?.method !== 'PATCH'"
                        + " ? theirs(address, asked) : new Promise(done => { window.release = () => done(theirs(address, asked)); })");
        try {
            page.click(test("queue-form", "submit"));
            page.awaitTrue("Boolean(window.release)");
            page.press(Keys.ESCAPE);
            page.awaitGone("dialog");
            page.click(test("edit-queue"));
            page.type(test("queue-form", "field-max_per_second"), "9");

            page.run("window.release()");

            page.awaitNote("Saved.");
            assertThat(page.value(test("queue-form", "field-max_per_second"))).isEqualTo("9");
        } finally {
            page.run("window.fetch = window.theirs");
            page.press(Keys.ESCAPE);
        }
        assertThat(Api.json(api.get("/api/queues/" + queue))
                        .get("timeout_seconds")
                        .asInt())
                .isEqualTo(8);
    }

    @Test
    void whatWasFilledInForOneIsNotFilledInForAnother() throws Exception {
        String channel = "{\"type\": \"webhook\", \"url\": \"http://%s.example/\", \"alert_types\": [\"failure\"]}";
        long one = Api.json(api.post("/api/alert-channels", channel.formatted("one")))
                .get("id")
                .asLong();
        long two = Api.json(api.post("/api/alert-channels", channel.formatted("two")))
                .get("id")
                .asLong();
        page.open("#/alerts");
        page.click("[aria-label='Edit channel " + one + "']");
        page.type(test("channel-form", "field-url"), "http://changed.example/");

        scene.server().database().execute("delete from sessions");
        page.see(test("sign-in"));
        page.type(test("token"), ServerProcess.TOKEN);
        page.click(test("submit"));
        page.awaitTitle("Alerts");

        page.click("[aria-label='Edit channel " + two + "']");
        assertThat(page.value(test("channel-form", "field-url"))).isEqualTo("http://two.example/");
        page.press(Keys.ESCAPE);
        page.awaitGone("dialog");
    }

    /** Ids are counted for each kind, so that both have small ones. */
    @Test
    void aKeyOnAChannelAcknowledgesNoAlertOfTheSameId() throws Exception {
        Api api = new Api(scene.server().port(), ServerProcess.TOKEN);
        api.createQueue("{\"name\": \"alarming\", \"alerts_enabled\": true}");
        scene.receiver().script("/alarming", RecordingReceiver.status(500));
        scene.push("alarming", "/alarming", ", \"retry_delays\": []");
        await().until(() -> !Api.json(api.get("/api/alerts")).get("data").isEmpty());
        long alert = Api.json(api.get("/api/alerts")).at("/data/0/id").asLong();
        long channel = Api.json(api.post(
                        "/api/alert-channels",
                        "{\"type\": \"webhook\", \"url\": \"http://same.example/\", \"alert_types\": [\"failure\"]}"))
                .get("id")
                .asLong();
        scene.server()
                .database()
                .execute("insert into alert_channels overriding system value select (jsonb_populate_record(c,"
                        + " jsonb_build_object('id', " + alert + "))).* from alert_channels c where c.id = " + channel
                        + " on conflict do nothing");
        page.open("#/alerts");
        page.see("[aria-label='Edit channel " + alert + "']");

        page.run("document.querySelector(\"[aria-label='Edit channel " + alert + "']\").focus()");
        page.press("a");
        page.run("document.querySelector(\"tr[data-id='" + alert + "'] a.go\").focus()");
        assertThat(Api.json(api.get("/api/alerts"))
                        .at("/data/0/acknowledged_at")
                        .isNull())
                .isTrue();

        page.press("a");
        await().until(() ->
                !Api.json(api.get("/api/alerts")).at("/data/0/acknowledged_at").isNull());
        // Its id is another's next.
        api.delete("/api/alert-channels/" + alert);
    }

    @Test
    void whatHidesInANameIsSpeltOut() {
        long queue = api.createQueue("{\"name\": \"a\\u061cb\\u00adc\\u200bd\\u2066e\\uD83C\\uDFFB\"}");
        page.open("#/queues/" + queue);

        page.awaitTitle("a\\u061cb\\u00adc\\u200bd\\u2066e🏻");
    }

    @Test
    void aTabWhoseSessionIsAnotherTeamsByNowSaysSoAndSendsNothing() {
        String other = scene.newTeam("others");
        long job = scene.push("mine", "/ok", ", \"delay\": 3600");
        page.open("#/jobs/" + job);
        page.see(test("cancel"));
        ChromeDriver driver = page.browser().driver();
        String first = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        page.open("");
        page.awaitTitle("Overview");
        page.run("""
                return fetch("api/session", { method: "POST", headers: { "Content-Type": "application/json" },
                  body: JSON.stringify({ token: arguments[0] }) }).then(answer => answer.status)
                """, other);
        page.reload();
        page.awaitText(".who", "others");
        driver.close();
        driver.switchTo().window(first);

        page.awaitText(test("other"), "others");
        page.click(test("delete"));
        page.click(test("confirm-yes"));
        page.awaitText(test("problems"), "somebody else");
        assertThat(api.get("/api/jobs/" + job).statusCode()).isEqualTo(200);
        page.click(test("go-on"));
        page.awaitText(".who", "others");
        page.awaitGone(test("other"));
        page.signIn(ServerProcess.TOKEN);
    }
}
