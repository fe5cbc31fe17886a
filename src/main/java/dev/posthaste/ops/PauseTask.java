package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/pause} on the admin port: this node takes jobs as before, and leaves what is due to others. */
public final class PauseTask extends Task {
    private final Duty duty;

    public PauseTask(Duty duty) {
        super("pause");
        this.duty = duty;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws RefusedException {
        new TaskParameters(parameters, "POST /tasks/pause").only();
        duty.become(Duty.State.PAUSED);
        output.println("This node claims nothing until POST /tasks/resume, or until it starts again. It takes jobs as"
                + " before; other nodes deliver them.");
    }
}
