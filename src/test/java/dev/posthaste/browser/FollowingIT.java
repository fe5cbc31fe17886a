package dev.posthaste.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How a page learns how it all stands: by one call that goes on, and by asking where that does not come through. */
@InABrowser
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowingIT {
    private static final String REFUSED = "api/(session|me) - Failed to load resource";

    private static final String PENDING = Page.test("tiles", "pending");

    private Scene scene;
    private Page page;

    @BeforeAll
    void open() throws Exception {
        scene = new Scene();
        page = scene.signedIn();
        page.assertClean(REFUSED);
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void whatChangesIsSeenWithoutAnotherCall() {
        comeAgain();
        page.run("performance.clearResourceTimings()");

        push(7);

        page.awaitText(PENDING, "7");
        assertThat(asked()).isEmpty();
        page.assertClean();
    }

    @Test
    void aHiddenTabFollowsNothing() {
        comeAgain();
        await().untilAsserted(() -> assertThat(viewers()).isEqualTo(1));

        hide(true);
        await().untilAsserted(() -> assertThat(viewers()).isEqualTo(0));

        hide(false);
        await().untilAsserted(() -> assertThat(viewers()).isEqualTo(1));
        page.assertClean();
    }

    /** As a proxy does that keeps an answer until it is whole. */
    @Test
    void whereWhatGoesOnIsHeldBackThePageAsks() {
        comeAgain();
        page.run("""
                const fetched = window.fetch;
                window.fetch = (path, options) => path === "api/overview/live"
                  ? new Promise((kept, cut) => options.signal.addEventListener("abort", () => cut(new Error("aborted"))))
                  : fetched(path, options);
                performance.clearResourceTimings();
                """);
        hide(true);
        hide(false);

        await().untilAsserted(() -> assertThat(asked()).hasSizeGreaterThan(1));
        page.assertClean();
    }

    private void comeAgain() {
        page.visit("#/overview").awaitTitle("Overview");
        page.awaitRest();
    }

    private void push(int count) {
        scene.api().pushAll("{\"queue\": \"followed\", \"url\": \"http://example.com/\", \"delay\": 86400}", count);
    }

    private void hide(boolean isHidden) {
        page.run("Object.defineProperty(document, 'hidden', { value: " + isHidden + ", configurable: true });"
                + " document.dispatchEvent(new Event('visibilitychange'))");
    }

    private List<?> asked() {
        return (List<?>)
                Objects.requireNonNull(
                        page.run(
                                "return performance.getEntriesByType('resource').map(one => one.name).filter(name => name.endsWith('api/overview'))"));
    }

    private Object viewers() {
        return scene.server().gauge("posthaste.overview.viewers");
    }
}
