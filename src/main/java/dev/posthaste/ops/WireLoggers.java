package dev.posthaste.ops;

import ch.qos.logback.classic.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The libraries that say below {@code INFO} what goes over the wire or into statements: tokens and headers of clients, what jobs
 * send, sealed secrets. No setting makes them say it.
 */
public final class WireLoggers {
    /** Each with all within it. */
    public static final List<String> ALL = List.of(
            "com.zaxxer.hikari",
            "io.dropwizard.jersey",
            "jdk.internal.httpclient",
            "org.apache.hc",
            "org.eclipse.jetty",
            "org.glassfish.jersey",
            "org.jdbi",
            "org.postgresql",
            "sun.net.www");

    private WireLoggers() {}

    /**
     * Whether a logger must not have that level.
     *
     * @param level null for that of the logger's parent
     */
    public static boolean areTold(String logger, @Nullable Level level) {
        if (level == null) {
            return ALL.contains(logger);
        }
        return !level.isGreaterOrEqual(Level.INFO)
                && ALL.stream().anyMatch(name -> logger.equals(name) || logger.startsWith(name + "."));
    }
}
