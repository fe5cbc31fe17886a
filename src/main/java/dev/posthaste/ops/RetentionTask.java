package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/retention} on the admin port: removes now what would be removed within the hour. */
public final class RetentionTask extends Task {
    private final Upkeep upkeep;
    private final Upkeep.Task retention;

    /** Runs {@code retention} unless another node is at it. */
    public RetentionTask(Upkeep upkeep, Upkeep.Task retention) {
        super("retention");
        this.upkeep = upkeep;
        this.retention = retention;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws SQLException {
        boolean done = upkeep.runAlone("retention", retention);
        output.println(done ? "Done; the log says what was removed." : "Another node is at it.");
    }
}
