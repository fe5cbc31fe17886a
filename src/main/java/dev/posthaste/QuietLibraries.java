package dev.posthaste;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.posthaste.ops.WireLoggers;
import io.dropwizard.logging.common.DefaultLoggingFactory;
import io.dropwizard.logging.common.LoggingFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * How loud the libraries are: what they say of their starts tells an operator nothing. A level that a configuration names for
 * the same logger holds in place of the one here, and so it does for a logger within.
 */
final class QuietLibraries {
    private static final Map<String, String> LEVELS = Map.ofEntries(
            Map.entry("io.dropwizard", "WARN"),
            Map.entry("io.dropwizard.core.cli", "INFO"),
            // Ninety lines of routes, which stand in the docs.
            Map.entry("io.dropwizard.jersey.DropwizardResourceConfig", "WARN"),
            // Why a server cannot start is said by itself, and once.
            Map.entry("io.dropwizard.core.cli.ServerCommand", "OFF"),
            // What Quartz says of the store that ours stands on.
            Map.entry("dev.posthaste.quartz.OneShotJobStore", "WARN"),
            Map.entry("io.zonky", "WARN"),
            Map.entry("liquibase", "WARN"),
            Map.entry("org.eclipse.jetty", "WARN"),
            // Warns of every client that sends a Host which is none.
            Map.entry("org.eclipse.jetty.util.HostPort", "ERROR"),
            Map.entry("org.quartz", "WARN"));

    private QuietLibraries() {}

    /** Whether the configuration has a library tell what clients and jobs send. */
    static boolean isTold(LoggingFactory logging) {
        return logging instanceof DefaultLoggingFactory configured
                && configured.getLoggers().entrySet().stream()
                        .anyMatch(logger -> WireLoggers.areTold(logger.getKey(), level(logger.getValue())));
    }

    private static Level level(JsonNode setting) {
        // As Dropwizard reads it: a level by itself, or among other settings with INFO in its place.
        String level = setting.isObject() ? setting.path("level").asText("INFO") : setting.asText();
        return Level.toLevel(level, Level.INFO);
    }

    /** Adds what the configuration does not name; of another kind of logging nothing is known, and nothing is changed. */
    static LoggingFactory quiet(LoggingFactory logging) {
        if (logging instanceof DefaultLoggingFactory configured) {
            Map<String, JsonNode> levels = new HashMap<>(configured.getLoggers());
            LEVELS.forEach((logger, level) -> levels.putIfAbsent(logger, TextNode.valueOf(level)));
            WireLoggers.ALL.forEach(logger -> levels.putIfAbsent(logger, TextNode.valueOf("INFO")));
            configured.setLoggers(levels);
        }
        return logging;
    }
}
