package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code posthaste queues [pause|resume|purge NAME]}. */
@Command(name = "queues", description = "Lists queues with what is in them, or pauses, resumes or purges one.")
final class QueuesCommand implements Callable<Integer> {
    /** What can be done to a queue. */
    enum Action {
        PAUSE,
        RESUME,
        PURGE;

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
                    "pause: it accepts jobs and sends none. resume: it sends again. purge: cancels what is pending in it.")
    private @Nullable Action action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The queue that it is done to.")
    private @Nullable String name;

    @Mixin
    private final ListOptions list = new ListOptions();

    @Mixin
    private final Question question = new Question();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    QueuesCommand(Surroundings surroundings) {
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
                    "PENDING",
                    "SENDING",
                    "COMPLETED",
                    "FAILED",
                    "DEAD",
                    "LIMITS",
                    "NAME");
            new Listing(surroundings, server.isJson(), "There are no queues yet: the first job makes one.")
                    .show(
                            new Pages(server.connect(surroundings), "/api/queues", Map.of()),
                            most,
                            table,
                            QueuesCommand::row);
        } else if (name == null) {
            throw CommandFailure.usage("Which queue? posthaste queues " + action + " NAME");
        } else {
            change(action, name);
        }
        return ExitCode.DONE.code();
    }

    private void change(Action what, String queueName) {
        ApiClient api = server.connect(surroundings);
        JsonFields queue = new QueueLookup(api).named(queueName);
        if (what == Action.PURGE) {
            question.ask(
                    surroundings,
                    "Cancel " + Shown.count(queue.object("counts").number("pending"), "pending job") + " of queue "
                            + queueName + "?");
        }
        ApiAnswer answer = api.post("/api/queues/" + queue.text("id") + "/" + what, "{}");
        server.tell(
                surroundings,
                answer,
                done -> "Queue " + queueName
                        + switch (what) {
                            case PAUSE -> " is paused: it accepts jobs and sends none.";
                            case RESUME -> " sends again.";
                            case PURGE -> ": " + Shown.count(done.number("cancelled"), "job") + " cancelled.";
                        });
    }

    private static List<Cell> row(JsonFields queue) {
        JsonFields counts = queue.object("counts");
        List<String> limits = new ArrayList<>();
        if (queue.has("max_parallelism")) {
            limits.add(queue.text("max_parallelism") + " at once");
        }
        if (queue.has("max_per_second")) {
            limits.add(queue.text("max_per_second") + "/s");
        }
        return List.of(
                Cell.of(queue.text("id")),
                Cell.status(queue.flag("is_active") ? "active" : "paused"),
                Cell.of(counts.text("pending")),
                Cell.of(counts.text("processing")),
                Cell.of(counts.text("completed")),
                Cell.count(counts.text("failed"), Colour.BAD),
                Cell.count(counts.text("dead_lettered"), Colour.BAD),
                Cell.of(String.join(", ", limits)),
                Cell.of(queue.text("name")));
    }
}
