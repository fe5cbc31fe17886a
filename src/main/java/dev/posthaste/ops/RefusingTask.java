package dev.posthaste.ops;

import dev.posthaste.sql.CommitUnknownException;
import dev.posthaste.sql.SqlFailure;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task whose refusals are answers: 422 with the sentence, and no line of the log. Dropwizard takes whatever a task throws
 * for a failure of the server. A commit whose answer was lost is 503. Thread-safe if the task is.
 */
public final class RefusingTask extends Task {
    private static final Logger LOG = LoggerFactory.getLogger(RefusingTask.class);

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
        } catch (SQLException | RuntimeException e) {
            if (!(output instanceof TaskAnswers.Answer answer) || !SqlFailure.hidesWhatWasDone(e)) {
                throw e;
            }
            LOG.warn("The task {} was answered with 503: {}", getName(), e.getMessage());
            answer.unavailable(CommitUnknownException.ADVICE);
        }
    }
}
