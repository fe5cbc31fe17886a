package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** {@code POST /tasks/resume} on the admin port: undoes what {@link PauseTask} and {@link DrainTask} have done. */
public final class ResumeTask extends Task {
    private final Duty duty;

    public ResumeTask(Duty duty) {
        super("resume");
        this.duty = duty;
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws RefusedException {
        new TaskParameters(parameters, "POST /tasks/resume").only();
        duty.become(Duty.State.WORKING);
        output.println("This node takes jobs and delivers.");
    }
}
