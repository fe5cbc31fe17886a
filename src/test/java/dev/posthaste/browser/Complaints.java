package dev.posthaste.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/**
 * What a browser complained of and whom it asked: errors of scripts, calls that were refused, what a page's policy
 * forbids, requests to anything but the server.
 */
final class Complaints {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChromeDriver driver;
    private final String root;

    /** @param root what the address of every request has to begin with */
    Complaints(ChromeDriver driver, String root) {
        this.driver = driver;
        this.root = root;
    }

    /** Those since the last time, but for those that match. */
    List<String> but(String expected) {
        List<String> found = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                found.add(entry.getMessage());
            }
        }
        for (String url : asked()) {
            if (!url.startsWith(root)) {
                found.add("asked for " + url);
            }
        }
        found.removeIf(one -> !expected.isEmpty() && one.matches("(?s).*(" + expected + ").*"));
        return found;
    }

    /** What was asked for since the last time, whomever. */
    List<String> asked() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> asked(entry.getMessage()))
                .filter(url -> url.matches("(http|ws)s?:.*"))
                .toList();
    }

    /** The URL of an event that a request leaves; empty for other events. */
    private static String asked(String entry) {
        try {
            JsonNode message = JSON.readTree(entry).path("message");
            return switch (message.path("method").asText()) {
                case "Network.requestWillBeSent" ->
                    message.at("/params/request/url").asText();
                case "Network.webSocketCreated" -> message.at("/params/url").asText();
                default -> "";
            };
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
