package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** {@code POST /tasks/retention} on the admin port: removes now what would be removed within the hour. */
public final class RetentionTask extends Task {
    private final Upkeep upkeep;
    private final Retention retention;

    /** Runs {@code retention} unless another node is at it. */
    public RetentionTask(Upkeep upkeep, Retention retention) {
        super("retention");
        this.upkeep = upkeep;
        this.retention = retention;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output)
            throws RefusedException, SQLException {
        new TaskParameters(parameters, "POST /tasks/retention").only();
        AtomicReference<Retention.Removed> removed = new AtomicReference<>();
        boolean hasRun = upkeep.runAlone("retention", connection -> removed.set(retention.remove(connection)));
        output.println(
                hasRun
                        ? "Retention ran and removed " + removed.get() + "."
                        : "Retention did not run: another node is at it.");
    }
}
