package dev.posthaste.ops;

import ch.qos.logback.classic.Level;
import dev.posthaste.sql.StorableText;
import io.dropwizard.servlets.tasks.LogConfigurationTask;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /tasks/log-level} as Dropwizard has it, which would take a level that is none as DEBUG, and would have libraries
 * tell what clients and jobs send. Thread-safe.
 */
public final class LogLevelTask extends LogConfigurationTask {
    private static final String USAGE = "POST /tasks/log-level?logger=NAME[&level=DEBUG][&duration=PT10M]";

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws Exception {
        for (String level : parameters.getOrDefault("level", List.of())) {
            if (Level.toLevel(level, null) == null) {
                throw new RefusedException("level is " + StorableText.quoted(level)
                        + ": it must be OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL; without one the logger has its"
                        + " parent's.");
            }
        }
        TaskParameters given = new TaskParameters(parameters, USAGE).only("logger", "level", "duration");
        if (!parameters.containsKey("logger")) {
            given.required("logger");
        }
        boolean isForAWhile = parameters.containsKey("duration");
        for (String logger : parameters.getOrDefault("logger", List.of())) {
            // After its while Dropwizard takes a logger's level away.
            if (WireLoggers.areTold(logger, level(parameters)) || (isForAWhile && WireLoggers.areTold(logger, null))) {
                throw new RefusedException(
                        "logger is " + StorableText.quoted(logger) + ", which below INFO tells what clients and jobs"
                                + " send, tokens and headers among it: it has INFO at least, and not just for a while.");
            }
        }
        try {
            super.execute(parameters, output);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new RefusedException("duration is " + StorableText.quoted(first(parameters, "duration"))
                    + ": it must be a time such as PT90S or PT2H, and no longer than a timer takes.");
        }
    }

    private static String first(Map<String, List<String>> parameters, String name) {
        return parameters.getOrDefault(name, List.of("")).get(0);
    }

    private static @Nullable Level level(Map<String, List<String>> parameters) {
        List<String> levels = parameters.getOrDefault("level", List.of());
        return levels.isEmpty() ? null : Level.toLevel(levels.get(0), null);
    }
}
