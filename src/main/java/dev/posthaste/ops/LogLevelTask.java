package dev.posthaste.ops;

import ch.qos.logback.classic.Level;
import io.dropwizard.servlets.tasks.LogConfigurationTask;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/log-level} as Dropwizard has it, which would take a level that is none as DEBUG. Thread-safe. */
public final class LogLevelTask extends LogConfigurationTask {
    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws Exception {
        for (String level : parameters.getOrDefault("level", List.of())) {
            if (Level.toLevel(level, null) == null) {
                throw new RefusedException("level is \"" + level
                        + "\": it must be OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL; without one the logger has its"
                        + " parent's.");
            }
        }
        super.execute(parameters, output);
    }
}
