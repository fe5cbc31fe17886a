package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code posthaste dead-letters [replay|purge]}. */
@Command(
        name = "dead-letters",
        description = "Lists jobs whose last attempt has failed, or replays or purges them.",
        footer = {
            "",
            "Examples:",
            "  posthaste dead-letters --queue emails",
            "  posthaste dead-letters replay --queue emails",
            "  posthaste dead-letters purge 847 848 --yes",
        })
final class DeadLettersCommand implements Callable<Integer> {
    /** What can be done to dead letters. */
    enum Action {
        REPLAY,
        PURGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What one call takes. */
    private static final int MAX_IDS = 1_000;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "replay: sends them again, as new jobs. purge: removes them with their runs.")
    private @Nullable Action action;

    @Parameters(
            index = "1..*",
            paramLabel = "ID",
            description = "The dead letters that it is done to, if not to a queue's.")
    private List<Long> ids = new ArrayList<>();

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    @Mixin
    private final ListOptions list = new ListOptions();

    @Mixin
    private final Question question = new Question();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    DeadLettersCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        long most = list.most();
        String queue = filter.queue();
        if (action == null) {
            Table table = new Table(
                    surroundings.screen(),
                    "ID",
                    "QUEUE",
                    "ATTEMPTS",
                    "DEAD SINCE (UTC)",
                    "ANSWER",
                    "REASON",
                    "TAGS",
                    "REQUEST");
            new Listing(surroundings, server.isJson(), "There are no such dead letters.")
                    .show(
                            new Pages(server.connect(surroundings), "/api/dead-letters", filter.values()),
                            most,
                            table,
                            DeadLettersCommand::row);
        } else if (filter.isSearch()) {
            throw CommandFailure.usage(
                    "--url and --tag filter the list. Which ones are to be changed is said by ids or --queue.");
        } else if (queue != null && ids.isEmpty()) {
            changeQueue(action, queue);
        } else if (queue == null && !ids.isEmpty()) {
            changeIds(action);
        } else {
            throw CommandFailure.usage("Which ones? Either --queue NAME or their ids.");
        }
        return ExitCode.DONE.code();
    }

    private void changeQueue(Action what, String name) {
        ApiClient api = server.connect(surroundings);
        JsonFields found = new QueueLookup(api).named(name);
        long count = found.object("counts").number("dead_lettered");
        question.ask(surroundings, ask(what, count) + " of queue " + name + "?");
        tell(what, change(api, what, new JsonBody().string("queue", name).end()));
    }

    private void changeIds(Action what) {
        ApiClient api = server.connect(surroundings);
        question.ask(surroundings, ask(what, ids.size()) + "?");
        long changed = 0;
        for (int from = 0; from < ids.size(); from += MAX_IDS) {
            List<Long> some = ids.subList(from, Math.min(ids.size(), from + MAX_IDS));
            changed += change(api, what, new JsonBody().numbers("ids", some).end());
        }
        tell(what, changed);
    }

    private static String ask(Action what, long count) {
        String letters = Shown.count(count, "dead letter");
        return what == Action.REPLAY ? "Send " + letters + " again" : "Remove " + letters + " for ever";
    }

    private long change(ApiClient api, Action what, String body) {
        ApiAnswer answer = api.post("/api/dead-letters/" + what, body);
        JsonFields done = answer.done();
        if (server.isJson()) {
            surroundings.screen().json(answer.body());
        }
        return done.number(what == Action.REPLAY ? "replayed" : "purged");
    }

    private void tell(Action what, long changed) {
        if (!server.isJson()) {
            surroundings
                    .screen()
                    .line(Shown.count(changed, "dead letter") + (what == Action.REPLAY ? " replayed." : " purged."));
        }
    }

    private static List<Cell> row(JsonFields letter) {
        return List.of(
                Cell.of(letter.text("id")),
                Cell.of(letter.text("queue")),
                Cell.of(letter.text("attempts")),
                Cell.of(Shown.time(letter.text("dead_lettered_at"))),
                Cell.of(letter.text("last_response_status")),
                new Cell(letter.text("last_failure_reason"), Colour.BAD),
                Cell.tags(letter),
                Cell.of(letter.text("method") + " " + letter.text("url")));
    }
}
