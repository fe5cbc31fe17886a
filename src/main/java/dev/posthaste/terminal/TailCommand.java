package dev.posthaste.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthaste tail}: new jobs and ended ones as they come, until Ctrl-C. */
@Command(name = "tail", description = "Follows jobs: those that are new, and those that have ended, until Ctrl-C.")
final class TailCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Mixin
    private final FilterOptions filter = new FilterOptions();

    @Option(names = "--failed", description = "Only what has failed.")
    private boolean isOnlyFailed;

    @Option(names = "--every", paramLabel = "SECONDS", description = "How often it looks; 1 without it.")
    private long every = 1;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    TailCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (every < 1 || every > 3_600) {
            throw CommandFailure.usage("--every must be from 1 to 3600.");
        }
        JobFollower follower = new JobFollower(
                server.connect(surroundings), filter.values(), server.isJson() ? new Objects() : new Lines());
        follower.begin();
        Duration pause = Duration.ofSeconds(every);
        boolean isAway = false;
        while (true) {
            Patience.waitFor(pause);
            try {
                follower.look();
                if (isAway) {
                    surroundings.aside().line("The server is there again.");
                }
                isAway = false;
                pause = Duration.ofSeconds(every);
            } catch (CommandFailure e) {
                if (e.exitCode() == ExitCode.NOT_ALLOWED) {
                    throw e;
                }
                if (!isAway) {
                    surroundings.aside().line(e.getMessage() + " Looking on until it is there again.");
                }
                isAway = true;
                pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    /** A line for each event. */
    private final class Lines implements JobFollower.Listener {
        private final Screen screen = surroundings.screen();

        @Override
        public void accepted(JsonFields job) {
            if (!isOnlyFailed) {
                boolean isLater = !job.text("scheduled_at").equals(job.text("created_at"));
                line(
                        job,
                        Cell.of(job.flag("is_retry") ? "retry of " + job.text("original_job_id") : "accepted"),
                        isLater ? ", due " + Shown.time(job.text("scheduled_at")) + " UTC" : "");
            }
        }

        @Override
        public void ended(JsonFields job) {
            if (isOnlyFailed && !job.text("status").equals("failed")) {
                return;
            }
            List<JsonFields> runs = job.objects("runs");
            String ending = job.has("final_status") && !job.text("final_status").equals("success")
                    ? ", " + job.text("final_status")
                    : "";
            line(
                    job,
                    Cell.status(job.text("status")),
                    ending + (runs.isEmpty() ? "" : RunText.of(runs.get(runs.size() - 1))));
        }

        @Override
        public void gone(long id) {
            if (!isOnlyFailed) {
                screen.line(time(), Cell.of("job " + id + " was deleted"));
            }
        }

        @Override
        public void untold(String why) {
            surroundings.aside().line(why);
        }

        private void line(JsonFields job, Cell event, String more) {
            screen.line(
                    time(),
                    Cell.of("job " + job.text("id") + " in " + job.text("queue") + " "),
                    event,
                    Cell.of(more),
                    new Cell("  " + job.text("method") + " " + job.text("url"), Colour.ASIDE));
        }

        private Cell time() {
            return new Cell(
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().substring(11) + "  ", Colour.ASIDE);
        }
    }

    /** An object for each event, on a line. */
    private final class Objects implements JobFollower.Listener {
        @Override
        public void accepted(JsonFields job) {
            if (!isOnlyFailed) {
                write("accepted", job.spelling());
            }
        }

        @Override
        public void ended(JsonFields job) {
            if (!isOnlyFailed || job.text("status").equals("failed")) {
                write("ended", job.spelling());
            }
        }

        @Override
        public void gone(long id) {
            if (!isOnlyFailed) {
                write("deleted", "{\"id\":" + id + "}");
            }
        }

        @Override
        public void untold(String why) {
            surroundings.aside().line(why);
        }

        private void write(String event, String job) {
            surroundings.screen().json("{\"event\":\"" + event + "\",\"job\":" + job + "}");
        }
    }
}
