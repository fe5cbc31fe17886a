package dev.posthaste.browser;

import static dev.posthaste.browser.Page.row;
import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.system.Api;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/** Nobody touches a mouse here. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyboardIT {
    private Scene scene;
    private Page page;
    private List<Long> jobs;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        jobs = scene.api()
                .pushAll(
                        "{\"queue\": \"keys\", \"url\": \"" + scene.receiver().url("/keys") + "\", \"delay\": 3600}",
                        4);
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
    void gAndALetterGoToEachPage() {
        start("#/overview", "Overview");
        for (String[] one : new String[][] {
            {"q", "Queues"},
            {"j", "Jobs"},
            {"d", "Dead letters"},
            {"b", "Bulk actions"},
            {"c", "Crons"},
            {"a", "Alerts"},
            {"s", "Settings"},
            {"o", "Overview"}
        }) {
            page.press("g", one[0]);
            page.awaitTitle(one[1]);
        }
        page.press("p");
        page.awaitTitle("Push a job");
    }

    @Test
    void aQuestionMarkListsTheKeysAndEscapeGoesBackToWhereOneWas() {
        start("#/jobs?queue=keys", "Jobs");
        page.awaitText(test("list-count"), "All 4");
        page.press("j", "?");
        page.see(test("help"));

        // Nothing of the page is done by a key that is pressed in front of it.
        page.press("g", "q", Keys.ESCAPE);

        page.awaitGone("dialog");
        assertThat(page.address()).isEqualTo("#/jobs?queue=keys");
        assertThat(page.focused()).isEqualTo("go");
    }

    @Test
    void aSlashSearchesAndWhatIsTypedThereIsText() {
        start("#/jobs?queue=keys", "Jobs");
        page.press("/");
        assertThat(page.focused()).isEqualTo("search");

        page.press("g", "q", "?");

        assertThat(page.value(test("search"))).isEqualTo("gq?");
        assertThat(page.count("dialog")).isZero();
        page.press(Keys.ESCAPE);
        assertThat(page.focused()).isNotEqualTo("search");
        page.press("/");
        page.control("a");
        page.press(String.valueOf(jobs.get(0)), Keys.ENTER);
        page.awaitTitle("Job " + jobs.get(0));
    }

    @Test
    void rowsAreWalkedSelectedAndCancelled() {
        List<Long> own =
                scene.api().pushAll("{\"queue\": \"rows\", \"url\": \"http://example.com/\", \"delay\": 3600}", 3);
        start("#/jobs?queue=rows", "Jobs");
        page.awaitText(test("list-count"), "All 3");
        page.press("j", "x", "j", "x");
        page.awaitText(test("list-count"), "2 selected");
        page.press("j", "j", "k");
        assertThat(page.run("return document.activeElement.textContent")).isEqualTo(String.valueOf(own.get(1)));

        page.press("c");
        page.see(test("confirm"));
        page.press(Keys.TAB, Keys.TAB);
        assertThat(page.focused()).isEqualTo("confirm-yes");
        page.press(Keys.ENTER);

        page.awaitStatus(row("jobs", own.get(1)), "cancelled");
        assertThat(own.stream().map(id -> scene.api().job(id).get("status").asText()))
                .containsExactly("pending", "cancelled", "cancelled");
        page.press("j", "j", "j", "x", Keys.ESCAPE);
        page.awaitText(test("list-count"), "All 3");
    }

    @Test
    void aRowIsOpenedByEnterAndReplayedByR() {
        long job = scene.push("replayed", "/replayed", "");
        await().until(() -> scene.receiver().count("/replayed") == 1);
        start("#/jobs?queue=replayed", "Jobs");
        page.awaitText(test("list-count"), "All 1");
        page.press("j", Keys.ENTER);
        page.awaitTitle("Job " + job);
        page.see(test("replay"));

        page.press("r");

        await().until(() -> scene.receiver().count("/replayed") == 2);
        page.awaitNote("Sent again");
    }

    @Test
    void withoutARowThatHasTheFocusNoRowsActionIsDone() {
        assertThat(scene.api()
                        .post(
                                "/api/crons",
                                "{\"name\": \"keys\", \"cron_expression\": \"0 0 1 1 *\", \"url\": \""
                                        + scene.receiver().url("/by-key") + "\"}")
                        .statusCode())
                .isEqualTo(201);
        start("#/crons", "Crons");
        page.see(test("list-crons") + " tr[data-id]");

        page.press("r");

        // By a key that does something, so that the one before it has been dealt with.
        page.press("g", "q");
        page.awaitTitle("Queues");
        await().during(Duration.ofMillis(500)).until(() -> scene.receiver().count("/by-key") == 0);
    }

    @Test
    void theKeysOfARowThatHasTheFocusAreItsOwn() {
        long cron = Api.json(scene.api()
                        .post(
                                "/api/crons",
                                "{\"name\": \"run by key\", \"cron_expression\": \"0 0 1 1 *\", \"url\": \""
                                        + scene.receiver().url("/run-by-key") + "\"}"))
                .get("id")
                .asLong();
        start("#/crons?name=run+by+key", "Crons");
        page.see(row("crons", cron));

        page.press("j", "r");

        page.awaitNote("Sent at once.");
        await().until(() -> scene.receiver().count("/run-by-key") == 1);
    }

    /** Whoever copies by Control and C cancels nothing. */
    @Test
    void aKeyWithControlIsTheBrowsers() {
        start("#/jobs/" + jobs.get(3), "Job " + jobs.get(3));
        page.see(test("cancel"));

        page.control("c");

        assertThat(page.count("dialog")).isZero();
    }

    @Test
    void aKeyThatIsHeldDownIsPressedOnce() {
        start("#/jobs/" + jobs.get(3), "Job " + jobs.get(3));

        page.run(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'p', repeat: true, bubbles: true }))");

        assertThat(page.address()).isEqualTo("#/jobs/" + jobs.get(3));
    }

    @Test
    void aJobIsEditedByEAndCancelledByC() {
        start("#/jobs/" + jobs.get(3), "Job " + jobs.get(3));
        page.see(test("edit"));

        page.press("e");
        page.see(test("edit-form"));
        page.press(Keys.ESCAPE);
        page.awaitGone("dialog");
        page.press("c");
        page.see(test("confirm"));
        page.press(Keys.ESCAPE);
        page.awaitGone("dialog");
    }

    @Test
    void aJobIsPushedFromTheFirstTabToTheLast() {
        start("#/overview", "Overview");
        page.press("p");
        page.awaitTitle("Push a job");
        for (String text : new String[] {"tabbed", "", scene.receiver().url("/tabbed"), "", "{\"by\": \"keys\"}"}) {
            page.press(Keys.TAB);
            if (!text.isEmpty()) {
                page.press(text);
            }
        }
        assertThat(page.focused()).isEqualTo("field-payload");
        for (int i = 0; i < 20 && !page.focused().equals("submit"); i++) {
            page.press(Keys.TAB);
        }
        page.press(Keys.ENTER);

        page.awaitStatus(".head", "completed");
        assertThat(scene.receiver().arrivals("/tabbed").get(0).body()).isEqualTo("{\"by\": \"keys\"}");
    }

    @Test
    void theFirstTabLeadsPastTheMenu() {
        start("#/overview", "Overview");
        page.run("document.activeElement.blur()");
        page.press(Keys.TAB);
        assertThat(page.focused()).isEqualTo("skip");

        page.press(Keys.ENTER);

        assertThat(page.run("return document.activeElement.id")).isEqualTo("main");
    }

    @Test
    void singleKeysCanBeSwitchedOff() {
        start("#/settings", "Settings");
        page.press("?");
        page.see(test("keys-on"));
        page.press(Keys.TAB, " ", Keys.ESCAPE);
        page.awaitGone("dialog");

        page.press("g", "j", "?", "/");

        page.awaitRest();
        assertThat(page.address()).isEqualTo("#/settings");
        assertThat(page.count("dialog")).isZero();
        page.run("localStorage.clear()");
        page.reload();
    }

    private void start(String address, String title) {
        page.visit(address).awaitTitle(title);
        page.awaitRest();
    }
}
