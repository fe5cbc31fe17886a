package dev.posthaste.terminal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code posthaste crons [run|pause|resume ID]}. */
@Command(name = "crons", description = "Lists crons, or runs, pauses or resumes one.")
final class CronsCommand implements Callable<Integer> {
    /** What can be done to a cron. */
    enum Action {
        RUN,
        PAUSE,
        RESUME;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description =
                    "run: sends its request at once, also while it is paused. pause, resume: what is missed meanwhile is not"
                            + " made up for.")
    private @Nullable Action action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "The cron that it is done to.")
    private @Nullable Long id;

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "TAG",
            description = "With this tag.")
    private @Nullable String tag;

    @Mixin
    private final ListOptions list = new ListOptions();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    CronsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        long most = list.most();
        if (action == null) {
            Table table = new Table(
                    surroundings.screen(),
                    "ID",
                    "STATE",
                    "EXPRESSION",
                    "ZONE",
                    "NEXT (UTC)",
                    "LAST",
                    "FAILED IN A ROW",
                    "TAGS",
                    "NAME");
            new Listing(surroundings, server.isJson(), "There are no crons yet.")
                    .show(
                            new Pages(server.connect(surroundings), "/api/crons", filter()),
                            most,
                            table,
                            CronsCommand::row);
        } else if (id == null) {
            throw CommandFailure.usage("Which cron? posthaste crons " + action + " ID");
        } else {
            change(action, id);
        }
        return ExitCode.DONE.code();
    }

    private Map<String, String> filter() {
        Map<String, String> values = new LinkedHashMap<>();
        FilterOptions.add(values, "tag", tag);
        return values;
    }

    private void change(Action what, long cron) {
        ApiAnswer answer = server.connect(surroundings).post("/api/crons/" + cron + "/" + what, "{}");
        server.tell(surroundings, answer, done -> switch (what) {
            case RUN -> "Cron " + cron + " runs: execution " + done.text("execution_id") + ".";
            case PAUSE -> "Cron " + cron + " is paused.";
            case RESUME -> "Cron " + cron + " fires again, next at " + Shown.time(done.text("next_run_at")) + " UTC.";
        });
    }

    private static List<Cell> row(JsonFields cron) {
        return List.of(
                Cell.of(cron.text("id")),
                Cell.status(cron.flag("is_active") ? "active" : "paused"),
                Cell.of(cron.text("cron_expression")),
                Cell.of(cron.text("timezone")),
                Cell.of(Shown.time(cron.text("next_run_at"))),
                Cell.status(cron.text("last_status")),
                Cell.count(cron.text("consecutive_failures"), Colour.BAD),
                Cell.tags(cron),
                Cell.of(cron.text("name")));
    }
}
