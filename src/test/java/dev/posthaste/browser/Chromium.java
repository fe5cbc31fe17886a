package dev.posthaste.browser;

import dev.posthaste.ReportFile;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * This machine's Chromium without a window, with a profile of its own. Both programs are named to Selenium, which would
 * fetch them from elsewhere otherwise. Not thread-safe.
 */
public final class Chromium implements AutoCloseable {
    /**
     * What each document runs before its own scripts: complains of what its policy forbids, and counts the calls that are
     * under way.
     */
    private static final String FIRST = """
            addEventListener("securitypolicyviolation", event =>
              console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI} in ${event.sourceFile}`));
            window.underWay = 0;
            const fetched = window.fetch;
            window.fetch = (...call) => {
              window.underWay++;
              return fetched(...call).finally(() => setTimeout(() => window.underWay--, 5));
            };
            """;

    private final Path files;
    private final ChromeDriver driver;

    /** Starts one. */
    public Chromium() throws IOException {
        files = Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "browsers").toAbsolutePath()), "chromium");
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(found("chromedriver").orElseThrow())
                .withLogFile(ReportFile.named("chromedriver").toFile())
                .build();
        driver = new ChromeDriver(service, options());
        beforeEachDocument(FIRST);
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior",
                Map.of("behavior", "allow", "downloadPath", downloads().toString()));
    }

    /** Whether browser and driver are on this machine's PATH. */
    public static boolean isThere() {
        return found("chromium").isPresent() && found("chromedriver").isPresent();
    }

    private static Optional<File> found(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator), -1))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst();
    }

    private ChromeOptions options() throws IOException {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(found("chromium").orElseThrow());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-US",
                "--window-size=1280,900",
                "--user-data-dir=" + files.resolve("profile"));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", (Object) logs);
        options.setExperimentalOption("perfLoggingPrefs", Map.of("enableNetwork", true, "enablePage", false));
        Files.createDirectories(downloads());
        return options;
    }

    /** Has a script run in each document from now on, before its own. */
    public void beforeEachDocument(String script) {
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    }

    /** Where files go that a page saves. */
    Path downloads() {
        return files.resolve("downloads");
    }

    ChromeDriver driver() {
        return driver;
    }

    /** What is seen below an address, which ends with a slash. */
    public Page page(String root) {
        return new Page(this, root);
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> all = Files.walk(files)) {
            all.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
