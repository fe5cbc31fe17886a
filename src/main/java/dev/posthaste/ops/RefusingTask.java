package dev.posthaste.ops;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A task whose refusals are answers: 422 with the sentence, and no line of the log. Dropwizard takes whatever a task throws
 * for a failure of the server. Thread-safe if the task is.
 */
public final class RefusingTask extends Task {
    private final Task task;

    /** What else the task throws stays a failure. Needs {@link TaskAnswers} before the tasks. */
    public RefusingTask(Task task) {
        super(task.getName());
        this.task = task;
    }

    @Override
    public Optional<String> getResponseContentType() {
        return task.getResponseContentType();
    }

    @Override
    public void execute(Map<String, List<String>> parameters, PrintWriter output) throws Exception {
        try {
            task.execute(parameters, output);
        } catch (RefusedException e) {
            if (!(output instanceof TaskAnswers.Answer answer)) {
                throw e;
            }
            answer.refuse(String.valueOf(e.getMessage()));
        }
    }
}
