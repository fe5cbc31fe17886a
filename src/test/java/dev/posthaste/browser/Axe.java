package dev.posthaste.browser;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.chrome.ChromeDriver;

/** axe-core, asked what is in the way of people who see, hear or move otherwise: WCAG 2.2 A and AA, and good practice. */
final class Axe {
    private static final String EVERYTHING =
            "{ type: 'tag', values:" + " ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }";
    private static final String COLOURS = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

    private static final String ASK = """
            const done = arguments[arguments.length - 1];
            axe.run(%s, {
              resultTypes: ["violations"],
              runOnly: %s,
              rules: { "target-size": { enabled: %s } },
            }).then(found => done(found.violations.flatMap(one =>
              one.nodes.map(node => `${one.id}: ${one.help}: ${node.html} ${node.failureSummary}`))), error => done([String(error)]));
            """;

    private final String source;

    Axe() throws IOException {
        try (InputStream file = Objects.requireNonNull(Axe.class.getResourceAsStream("vendor/axe.min.js"))) {
            source = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What is wrong with the document as it is now. */
    List<?> violations(ChromeDriver driver) {
        return ask(driver, ASK.formatted("document", EVERYTHING, true));
    }

    /** The same, but for what is within that. */
    List<?> violationsOutside(ChromeDriver driver, String css) {
        return ask(driver, ASK.formatted("{ exclude: ['" + css + "'] }", EVERYTHING, true));
    }

    /** What is wrong with its colours. */
    List<?> violationsOfColours(ChromeDriver driver) {
        return ask(driver, ASK.formatted("document", COLOURS, false));
    }

    private List<?> ask(ChromeDriver driver, String script) {
        if (!Boolean.TRUE.equals(driver.executeScript("return Boolean(window.axe)"))) {
            driver.executeScript(source);
        }
        return (List<?>) Objects.requireNonNull(driver.executeAsyncScript(script));
    }
}
