package dev.posthaste;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
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

    /** Adds what the configuration does not name; of another kind of logging nothing is known, and nothing is changed. */
    static LoggingFactory quiet(LoggingFactory logging) {
        if (logging instanceof DefaultLoggingFactory configured) {
            Map<String, JsonNode> levels = new HashMap<>(configured.getLoggers());
            LEVELS.forEach((logger, level) -> levels.putIfAbsent(logger, TextNode.valueOf(level)));
            configured.setLoggers(levels);
        }
        return logging;
    }
}
