package dev.posthaste.terminal;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code posthaste job 847 [cancel|replay|delete]}. */
@Command(name = "job", description = "Shows a job with its runs and its chain, or does something to it.")
final class JobCommand implements Callable<Integer> {
    /** What can be done to a job. */
    enum Action {
        CANCEL,
        REPLAY,
        DELETE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(index = "0", paramLabel = "ID", description = "The job's id.")
    private long id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "cancel: what of its chain is pending. replay: a new job with its request, at once. "
                    + "delete: its whole chain with its runs.")
    private @Nullable Action action;

    @Mixin
    private final Question question = new Question();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    JobCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ApiClient api = server.connect(surroundings);
        String path = "/api/jobs/" + id;
        if (action == null) {
            ApiAnswer answer = api.get(path);
            JsonFields job = answer.done();
            if (server.isJson()) {
                surroundings.screen().json(answer.body());
            } else {
                new JobPage(surroundings.screen()).show(job);
            }
        } else if (action == Action.DELETE) {
            question.ask(surroundings, "Delete job " + id + " with its whole chain, its runs and callbacks?");
            api.delete(path).doneSilently();
            if (!server.isJson()) {
                surroundings.screen().line("Job " + id + " is deleted, with its chain.");
            }
        } else {
            ApiAnswer answer = api.post(path + "/" + action, "{}");
            server.tell(
                    surroundings,
                    answer,
                    done -> "Job " + id
                            + (action == Action.CANCEL
                                    ? " is cancelled."
                                    : " is replayed as job " + done.text("job_id") + "."));
        }
        return ExitCode.DONE.code();
    }
}
