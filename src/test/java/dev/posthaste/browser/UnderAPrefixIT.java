package dev.posthaste.browser;

import static dev.posthaste.browser.Page.test;
import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.system.ServerProcess;
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
}
