package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import dev.posthaste.system.RecordingReceiver;
import dev.posthaste.system.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;

/** Who gets in, by what, what he then sees, and how it ends. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SigningInIT {
    private static final String REFUSED = "api/(session|me) - Failed to load resource";

    private Scene scene;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        page = scene.page();
    }

    @BeforeEach
    void comeForTheFirstTime() {
        page.forgetMe();
        // The page that was open may have asked once more, without its cookie.
        page.assertClean(REFUSED + "|api/overview|api/stats");
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void aTokenLetsInAndLeavesNothingBehindThatAScriptCouldRead() {
        page.type(test("token"), ServerProcess.TOKEN);
        page.click(test("submit"));

        page.awaitTitle("Overview");
        Map<?, ?> cookie = (Map<?, ?>) page.cookies().get(0);
        assertThat(cookie.get("httpOnly")).isEqualTo(true);
        assertThat(cookie.get("sameSite")).isEqualTo("Strict");
        assertThat(page.run("return document.cookie")).isEqualTo("");
        assertThat(page.run("return JSON.stringify({ ...localStorage }) + document.documentElement.outerHTML"))
                .asString()
                .doesNotContain(ServerProcess.TOKEN)
                .doesNotContain(String.valueOf(cookie.get("value")));
        page.awaitRest();
        page.assertClean(REFUSED);
    }

    @Test
    void aWrongTokenIsToldAndCanBeMended() {
        page.type(test("token"), "wrong");
        page.click(test("submit"));

        page.awaitText(test("sign-in-error"), "Invalid authorization token");
        assertThat(page.focused()).isEqualTo("token");
        page.type(test("token"), ServerProcess.TOKEN);
        page.press(Keys.ENTER);
        page.awaitTitle("Overview");
        page.assertClean(REFUSED);
    }

    @Test
    void whoSignsOutIsOutAndHisCookieIsWorthNothing() {
        page.signIn(ServerProcess.TOKEN);
        Map<?, ?> cookie = (Map<?, ?>) page.cookies().get(0);

        page.click(test("sign-out"));

        page.see(test("sign-in"));
        assertThat(page.cookies()).isEmpty();
        page.open("#/jobs").reload();
        page.see(test("sign-in"));
        page.bring(String.valueOf(cookie.get("name")), String.valueOf(cookie.get("value")));
        page.reload();
        page.see(test("sign-in"));
        page.assertClean(REFUSED + "|api/jobs");
    }

    @Test
    void aLinkLetsInOnceAndIsNotKeptInTheAddress() {
        String link = "#login=" + scene.link();

        page.open(link);

        page.awaitTitle("Overview");
        assertThat(page.address()).isEqualTo("#/overview");
        page.awaitRest();
        page.assertClean(REFUSED);
        page.forgetMe();
        page.open(link);
        page.awaitText(test("sign-in-error"), "can be used once");
        page.type(test("token"), ServerProcess.TOKEN);
        page.press(Keys.ENTER);
        page.awaitTitle("Overview");
        page.awaitRest();
        page.click(test("sign-out"));
        page.see(test("sign-in"));
        assertThat(page.count(test("sign-in-error"))).isZero();
        page.assertClean(REFUSED);
    }

    /** In a tab that shows the dashboard already, only what is behind the # changes. */
    @Test
    void aLinkLetsInWhereAPageIsOpenAlready() {
        page.signIn(scene.token("before", "jobs:read"));

        page.open("#login=" + scene.link());

        page.awaitText(".who", "POSTHASTE_API_TOKEN");
        page.assertClean(REFUSED);
    }

    /** The first answer to this is held back, and there is none to the next ones. A stream of snapshots is refused. */
    private static final String HOLDING = """
            const ask = window.fetch;
            window.fetch = async (path, call) => {
              if (path === "api/overview/live") {
                return new Response("", { status: 403 });
              }
              if (path !== "%s") {
                return ask(path, call);
              }
              if (window.held) {
                return %s;
              }
              const answer = await ask(path, call);
              return new Promise(done => window.held = () => done(answer));
            };
            """;

    @Test
    void whatWasUnderWayForOneTeamIsNotShownToTheNext() {
        String next = scene.newTeam("next");
        page.signIn(ServerProcess.TOKEN);
        page.awaitTrue("/\\d/.test(document.querySelector(arguments[0]).textContent)", test("pending"));
        page.run(HOLDING.formatted("api/overview", "new Promise(() => {})"));
        page.run("document.dispatchEvent(new Event('visibilitychange'))");
        page.awaitTrue("window.held !== undefined");

        become(next);
        release();

        page.awaitText(".who", "next");
        assertThat(page.text(test("pending"))).contains("–");
        page.reload();
        page.assertClean(REFUSED + "|api/stats");
    }

    @Test
    void whoHasLeftIsNotTakenForWhoCameAfterHim() {
        String next = scene.newTeam("another");
        page.signIn(ServerProcess.TOKEN);
        ChromeDriver driver = page.browser().driver();
        String held = String.valueOf(driver.executeCdpCommand(
                        "Page.addScriptToEvaluateOnNewDocument",
                        Map.of("source", HOLDING.formatted("api/me", "ask(path, call)")))
                .get("identifier"));
        page.reload();
        page.awaitTrue("window.held !== undefined");

        become(next);
        page.awaitText(".who", "another");
        release();

        assertThat(page.text(".who")).contains("another");
        driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", held));
        page.reload();
        page.assertClean(REFUSED + "|api/stats");
    }

    private void become(String token) {
        page.click(test("sign-out"));
        page.type(test("token"), token);
        page.click(test("submit"));
        page.awaitTitle("Overview");
    }

    /** And awaits that the page has drawn what comes of it. */
    private void release() {
        page.run("window.held(); return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    @Test
    void aRevokedTokenEndsItsSessionWithoutAClick() {
        JsonNode made =
                Api.json(scene.api().post("/api/tokens", "{\"name\": \"short\", \"scopes\": [\"queues:read\"]}"));
        page.signIn(made.get("token").asText());

        scene.api().delete("/api/tokens/" + made.get("id"));

        page.see(test("sign-in"));
        page.assertClean(REFUSED + "|api/overview|api/stats");
    }

    @Test
    void whoMayOnlyReadIsShownNothingThatWouldChangeAnythingAndIsRefused() throws Exception {
        long queue = scene.api().createQueue("{\"name\": \"read\"}");
        long job = scene.push("read", "/ok", ", \"delay\": 3600");
        long cron = Api.json(scene.api()
                        .post(
                                "/api/crons",
                                "{\"name\": \"c\", \"cron_expression\": \"@yearly\", \"url\": \"http://a.example/\"}"))
                .get("id")
                .asLong();
        long dead = somethingOfEverything();
        page.signIn(scene.token("reader", "jobs:read", "queues:read", "crons:read", "alerts:read"));

        page.see(test("read-only"));
        List<String> changing = new ArrayList<>();
        for (String address : List.of(
                "overview",
                "queues",
                "queues/" + queue,
                "jobs",
                "jobs/" + job,
                "jobs/" + dead,
                "dead-letters",
                "operations",
                "crons",
                "crons/" + cron,
                "alerts",
                "settings")) {
            page.open("#/" + address);
            page.awaitRest();
            if (List.of("jobs", "dead-letters", "operations", "crons", "alerts").contains(address)) {
                page.see("main tr[data-id]");
            }
            // What is left looks elsewhere, copies, saves or shows in another way.
            String buttons = page.text("main button:not(" + test("csv") + ", .choice button, [aria-label^=Copy])")
                    .replaceAll("As sent|Load more", "")
                    .strip();
            long others = page.count("main a[href^=\"#/push\"], main a[href*=\"new=1\"], main td input");
            if (!buttons.isEmpty() || others > 0) {
                changing.add(address + ": " + buttons + " and " + others + " others");
            }
        }
        assertThat(changing).isEmpty();
        page.open("#/jobs/" + job);
        page.press("c", "e");
        assertThat(page.count("dialog")).isZero();
        page.awaitRest();
        page.assertClean(REFUSED);
        assertThat(page.run("""
                        return (async () => (await fetch("api/jobs/" + arguments[0] + "/cancel", { method: "POST" })).status)()
                        """, job)).isEqualTo(403L);
        page.assertClean("cancel");
    }

    /** A dead letter, which is told of, an alert and its channel, and a count that could be run. */
    private long somethingOfEverything() {
        Api api = scene.api();
        scene.receiver().script("/failing", RecordingReceiver.status(500));
        api.createQueue("{\"name\": \"failing\", \"alerts_enabled\": true}");
        api.post(
                "/api/alert-channels",
                "{\"type\": \"webhook\", \"url\": \"" + scene.receiver().url("/told") + "\"}");
        long dead = scene.push("failing", "/failing", ", \"retry_delays\": [1]");
        await().until(() -> api.job(dead).get("final_status").asText().equals("dead_lettered")
                && !Api.json(api.get("/api/alerts")).get("data").isEmpty());
        api.post("/api/operations", "{\"action\": \"purge\", \"filter\": {\"queue\": \"failing\"}}");
        await().until(() -> {
            JsonNode counted = Api.json(api.get("/api/operations")).at("/data/0");
            return counted.get("status").asText().equals("finished")
                    && counted.get("matched").asLong() == 1;
        });
        return dead;
    }

    @Test
    void whoComesToAFormByItsAddressIsToldTheScopeThatItNeedsAndSendsNothing() throws Exception {
        page.signIn(scene.token("looks on", "jobs:read", "queues:read", "crons:read"));
        assertThat(page.text(".who")).startsWith("Token looks on, team default");
        page.press("p");
        page.awaitRest();
        assertThat(page.text("h1")).isEqualTo("Overview");

        for (Map.Entry<String, String> one : Map.of(
                        "#/crons/new", "crons:write", "#/push", "jobs:write", "#/operations?new=1", "jobs:write")
                .entrySet()) {
            page.open(one.getKey());
            page.awaitText(test("lacks"), "it lacks the scope " + one.getValue());
            page.awaitRest();
            assertThat(page.count(test("submit") + ", dialog")).as(one.getKey()).isZero();
        }
        page.open("#/push");
        page.type(test("push-form", "field-queue"), "nothing");
        page.press(Keys.ENTER);
        page.see(test("lacks"));
        page.awaitRest();
        page.assertClean(REFUSED);
    }

    @Test
    void aTokenWithoutScopeForAPageIsToldSo() {
        page.signIn(scene.token("crons", "crons:read"));

        assertThat(page.count(test("nav-jobs"))).isZero();
        assertThat(page.count(test("nav-crons"))).isOne();
        page.awaitText("main", "queues:read");
        page.open("#/jobs");
        page.awaitText(test("list-error"), "lacks the scope jobs:read");
        page.assertClean(REFUSED + "|api/jobs");
    }
}
