package dev.posthaste.terminal;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code posthaste jobs}: a list, the newest first. */
@Command(name = "jobs", description = "Lists jobs, the newest first.")
final class JobsCommand implements Callable<Integer> {
    private static final int SHORT = 40;

    @Mixin
    private final JobFilter filter = new JobFilter();

    @Mixin
    private final ListOptions list = new ListOptions();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    JobsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        long most = list.most();
        Table table = new Table(
                surroundings.screen(), "ID", "QUEUE", "STATUS", "FINAL", "ATTEMPT", "DUE (UTC)", "TAGS", "REQUEST");
        new Listing(surroundings, server.isJson(), "There are no such jobs.")
                .show(filter.pages(server.connect(surroundings)), most, table, JobsCommand::row);
        return ExitCode.DONE.code();
    }

    private static List<Cell> row(JsonFields job) {
        return List.of(
                Cell.of(job.text("id")),
                Cell.of(TextWidth.cut(job.text("queue"), SHORT)),
                Cell.status(job.text("status")),
                Cell.status(job.text("final_status")),
                Cell.of(job.text("attempt_number")),
                Cell.of(Shown.time(job.text("scheduled_at"))),
                Cell.tags(job),
                Cell.of(job.text("method") + " " + job.text("url")));
    }
}
