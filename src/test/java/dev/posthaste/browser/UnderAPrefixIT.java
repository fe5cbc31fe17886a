package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.system.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Below a path of a proxy everything is as at the root, and nothing outside of that path is asked for. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnderAPrefixIT {
    private Scene scene;
    private ReverseProxy proxy;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        proxy = new ReverseProxy("/tools/posthaste/", scene.server().port());
        page = scene.page().browser().page(proxy.root());
    }

    @AfterAll
    void close() {
        proxy.close();
        scene.close();
    }

    @Test
    void aJobIsPushedAndSeenAndTheApiIsShown() {
        page.signIn(ServerProcess.TOKEN);
        page.awaitRest();
        page.click(test("first-push"));
        page.type(test("push-form", "field-queue"), "below");
        page.type(test("push-form", "field-url"), scene.receiver().url("/below"));
        page.awaitText(test("curl"), proxy.root() + "api/jobs");
        page.click(test("push-form", "submit"));

        page.awaitStatus(".head", "completed");
        assertThat(scene.receiver().count("/below")).isOne();
        page.click(test("nav-overview"));
        page.awaitTitle("Overview");
        page.awaitRest();
        page.click(test("docs"));
        page.awaitText("body", "/api/jobs");
        page.back();
        page.awaitTitle("Overview");
        page.click(test("sign-out"));
        page.see(test("sign-in"));
        page.assertClean("api/me - Failed to load resource");
    }

    /** Or a link to this server would have somebody type his token into a page of another's making. */
    @Test
    void noAddressHasThePageOfTheApiShowAnotherDescription() {
        page.visit("docs?url=other.json&urls=other.json&configUrl=other.json");

        page.awaitText("body", "/api/jobs");
        page.awaitText("h1", "Posthaste");
        assertThat(page.requests()).contains("openapi.json").noneMatch(url -> url.startsWith("other.json"));
        page.assertClean();
    }

    /** What all tests in a browser rely on. */
    @Test
    void whoeverElseIsAskedAndWhateverIsForbiddenIsNoticed() {
        page.visit("");
        page.see(test("sign-in"));
        page.complaints();

        page.run("fetch('/elsewhere').catch(() => {}); fetch('http://127.0.0.2:9/').catch(() => {});"
                + " document.body.append(Object.assign(new Image(), { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }));"
                + " setTimeout(() => { throw new Error('of a script'); })");

        List<String> noticed = new ArrayList<>();
        await().untilAsserted(() -> {
            noticed.addAll(page.complaints());
            assertThat(noticed)
                    .anyMatch(one -> one.startsWith("asked for ") && one.endsWith("/elsewhere"))
                    .anyMatch(one -> one.contains("policy: connect-src forbids http://127.0.0.2:9/"))
                    .anyMatch(one -> one.contains("policy: img-src"))
                    .anyMatch(one -> one.contains("of a script"));
        });
    }
}
