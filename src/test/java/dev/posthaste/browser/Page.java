package dev.posthaste.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * The dashboard in a browser, as somebody sees and uses it. Places are CSS; {@link #test} names them by the attribute that
 * pages carry for tests. Whatever is not there yet is awaited. Not thread-safe.
 */
public final class Page {
    private static final Duration OFTEN = Duration.ofMillis(20);

    private final Chromium browser;
    private final ChromeDriver driver;
    private final String root;
    private final Complaints complaints;

    Page(Chromium browser, String root) {
        this.browser = browser;
        this.driver = browser.driver();
        this.root = root;
        this.complaints = new Complaints(driver, root);
    }

    /** What carries these names for tests, one within the other. */
    static String test(String... names) {
        return "[data-test=\"" + String.join("\"] [data-test=\"", names) + "\"]";
    }

    /** A row of the list of that name. */
    static String row(String list, long id) {
        return test("list-" + list) + " tr[data-id=\"" + id + "\"]";
    }

    /** Opens a page by its address behind the root, such as {@code #/jobs}. */
    public Page open(String address) {
        driver.get(root + address);
        return this;
    }

    /** Opens it as somebody does who comes from elsewhere: nothing of the page is there yet. */
    Page visit(String address) {
        driver.get("about:blank");
        return open(address);
    }

    /** Loads the page anew. */
    public Page reload() {
        driver.navigate().refresh();
        return this;
    }

    /** Goes back to where it was before. */
    void back() {
        driver.navigate().back();
    }

    /** Signs in by a token, at the form that is shown to who has no session. */
    public Page signIn(String token) {
        forgetMe();
        open("");
        type(test("token"), token);
        click(test("submit"));
        awaitTitle("Overview");
        return this;
    }

    /** A browser that was never here. */
    void forgetMe() {
        open("");
        run("localStorage.clear()");
        driver.get("about:blank");
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        open("");
        see(test("sign-in"));
    }

    /** The cookies that go to the API. */
    List<?> cookies() {
        return (List<?>) Objects.requireNonNull(
                driver.executeCdpCommand("Network.getCookies", Map.of("urls", List.of(root + "api/me")))
                        .get("cookies"));
    }

    /** Brings a cookie to the API. */
    void bring(String name, String value) {
        driver.executeCdpCommand("Network.setCookie", Map.of("name", name, "value", value, "url", root + "api/me"));
    }

    /** How many pixels it is too wide. */
    long tooWide() {
        return ((Number)
                        Objects.requireNonNull(
                                run(
                                        "const { scrollWidth, clientWidth } = document.documentElement; return scrollWidth - clientWidth")))
                .longValue();
    }

    /** What is there and seen. */
    WebElement see(String css) {
        return Objects.requireNonNull(patiently().alias("to see " + css).until(() -> shown(css), Objects::nonNull));
    }

    private @Nullable WebElement shown(String css) {
        return driver.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null);
    }

    /** Awaits that it is no longer seen. */
    void awaitGone(String css) {
        patiently().alias(css + " to be gone").until(() -> shown(css) == null);
    }

    /** Awaits a part of what can be read there. */
    void awaitText(String css, String part) {
        patiently().untilAsserted(() -> assertThat(text(css)).as(css).contains(part));
    }

    /** Awaits the heading of a page. */
    public void awaitTitle(String title) {
        awaitText("h1", title);
    }

    /** Awaits that something is said of what was done, and takes it away, so that it is not taken for what comes next. */
    void awaitNote(String part) {
        awaitText(test("notes") + ", " + test("problems"), part);
    }

    /** Awaits the state that is shown there. */
    void awaitStatus(String css, String status) {
        see(css + " [data-status=\"" + status + "\"]");
    }

    /** All that is written there, seen or not; of several, one line each. */
    String text(String css) {
        return String.valueOf(run(
                "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent).join('\\n')", css));
    }

    /** How many there are. */
    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** The ids of a list's rows, from top to bottom. */
    List<String> rows(String list) {
        return driver.findElements(By.cssSelector(test("list-" + list) + " tr[data-id]")).stream()
                .map(row -> Objects.requireNonNull(row.getDomAttribute("data-id")))
                .toList();
    }

    /** What a field has. */
    String value(String css) {
        return String.valueOf(see(css).getDomProperty("value"));
    }

    void click(String css) {
        act(css, WebElement::click);
    }

    /** Types in place of what is there. */
    void type(String css, CharSequence text) {
        act(css, field -> {
            field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
            field.sendKeys(text);
        });
    }

    /** Fills in what would take long to type, or what a field of the browser's own takes apart. */
    void fill(String css, String text) {
        see(css);
        run("""
                const field = document.querySelector(arguments[0]);
                const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
                Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, arguments[1]);
                field.dispatchEvent(new Event("input", { bubbles: true }));
                """, css, text);
    }

    /** Chooses an option by its value. */
    void choose(String css, String value) {
        // Not by an attribute: an option that is worth what it says has none.
        act(
                css,
                select -> select.findElements(By.tagName("option")).stream()
                        .filter(option -> value.equals(option.getDomProperty("value")))
                        .findFirst()
                        .orElseThrow(() -> new NoSuchElementException(value + " of " + css))
                        .click());
    }

    /** Presses keys, wherever the focus is. */
    void press(CharSequence... keys) {
        for (CharSequence key : keys) {
            new Actions(driver).sendKeys(key).perform();
        }
    }

    /** Clicks while a key is held. */
    void clickHolding(Keys key, String css) {
        act(
                css,
                element -> new Actions(driver)
                        .keyDown(key)
                        .click(element)
                        .keyUp(key)
                        .perform());
    }

    /** Presses a key while control is held. */
    void control(String key) {
        new Actions(driver)
                .keyDown(Keys.CONTROL)
                .sendKeys(key)
                .keyUp(Keys.CONTROL)
                .perform();
    }

    /** The name for tests of what has the focus, else its tag. */
    String focused() {
        return String.valueOf(
                run(
                        "const one = document.activeElement; return one.dataset.test || one.className || one.tagName.toLowerCase()"));
    }

    private void act(String css, Consumer<WebElement> action) {
        patiently().alias("to use " + css).until(() -> {
            WebElement element = shown(css);
            if (element == null) {
                throw new NoSuchElementException(css);
            }
            action.accept(element);
            return true;
        });
    }

    /** Runs a script in the page. */
    public @Nullable Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Awaits that a script answers true. */
    void awaitTrue(String script, Object... arguments) {
        patiently().alias(script).until(() -> Boolean.TRUE.equals(run("return " + script, arguments)));
    }

    /** Awaits that nothing is being asked for or drawn. */
    public void awaitRest() {
        awaitTrue("""
                document.readyState === "complete" && window.underWay === 0 && document.querySelector("h1") !== null
                  && !document.querySelector("[aria-busy=true], .chart-room")
                  && !document.getAnimations().some(one => one instanceof CSSTransition && one.playState === "running")
                  && ![...document.querySelectorAll("main .muted")].some(one => one.textContent === "Loading…")
                """);
    }

    /** Gives the page so many pixels. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** As if the system were set to {@code dark} or {@code light}; empty for as it is. */
    void preferColours(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Where it is, behind the root. */
    String address() {
        return Objects.requireNonNull(driver.getCurrentUrl()).substring(root.length());
    }

    /** Nothing went wrong in the browser, and nobody else was asked, but for complaints that match. */
    void assertClean(String expected) {
        assertThat(complaints.but(expected)).as("complaints of the browser").isEmpty();
    }

    /** What the browser has complained of since it was looked at last. */
    List<String> complaints() {
        return complaints.but("");
    }

    /** What it has asked its server for since it was looked at last, by addresses behind the root. */
    List<String> requests() {
        return complaints.asked().stream()
                .filter(url -> url.startsWith(root))
                .map(url -> url.substring(root.length()))
                .toList();
    }

    /** The same without exception. */
    void assertClean() {
        assertClean("");
    }

    Chromium browser() {
        return browser;
    }

    private static ConditionFactory patiently() {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(OFTEN)
                .ignoreExceptionsInstanceOf(WebDriverException.class);
    }
}
