package dev.posthaste.terminal;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthaste push}: one job by options, or many from a file. */
@Command(
        name = "push",
        description = "Pushes a job, or those of a file.",
        footer = {
            "",
            "Examples:",
            "  posthaste push --queue emails --url https://api.example/send --payload '{\"to\": 7}' --delay 60",
            "  posthaste push -q reports -u https://api.example/run -p @report.json --wait",
            "  posthaste push --file jobs.jsonl",
        })
final class PushCommand implements Callable<Integer> {
    @Mixin
    private final JobOptions job = new JobOptions();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Jobs as JSON, one a line, as POST /api/jobs takes them; - for standard input. "
                            + "Sent a thousand at a time; the same file again pushes nothing twice within 24 hours; one that has grown is another file.")
    private @Nullable String file;

    @Option(names = "--again", description = "With --file: pushes anew what was pushed within 24 hours.")
    private boolean again;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same key with the same job pushes it once within 24 hours.")
    private @Nullable String idempotencyKey;

    @Option(
            names = {"-w", "--wait"},
            description = "Waits for the result, retries included; exit code 1 unless it succeeds.")
    private boolean isWaiting;

    @Option(
            names = "--wait-at-most",
            paramLabel = "SECONDS",
            description = "The same for so long at most from when it is accepted; then exit code 5.")
    private @Nullable Long waitAtMost;

    @Option(names = "--quiet", description = "Shows the ids of the jobs, and nothing else.")
    private boolean quiet;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    private final Surroundings surroundings;

    PushCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (file != null) {
            if (!job.isEmpty() || idempotencyKey != null || isWaiting || waitAtMost != null) {
                throw CommandFailure.usage(
                        "--file brings whole jobs: of the other options only --again, --quiet, --json and"
                                + " those of the server go with it.");
            }
            return new FilePush(surroundings, server.connect(surroundings), again, shown())
                    .push(file)
                    .code();
        }
        if (again) {
            throw CommandFailure.usage("--again goes with --file.");
        }
        return pushOne().code();
    }

    private ExitCode pushOne() {
        String body = job.json(surroundings.input());
        String key = idempotencyKey == null ? "cli-" + UUID.randomUUID() : idempotencyKey;
        if (!key.chars().allMatch(c -> c >= ' ' && c < 0x7f) || key.isBlank()) {
            throw CommandFailure.usage("--idempotency-key must be visible ASCII.");
        }
        ApiClient api = server.connect(surroundings);
        ApiAnswer answer;
        try (Progress progress = surroundings.progress()) {
            answer = new RepeatedPush(api, progress, RepeatedPush.FEW).push("/api/jobs", body, key);
        }
        JsonFields pushed = answer.done();
        if (isWaiting || waitAtMost != null) {
            return new Waiting(surroundings, api, shown())
                    .forEndOf(pushed.number("job_id"), waitAtMost == null ? null : Duration.ofSeconds(waitAtMost));
        }
        Screen screen = surroundings.screen();
        switch (shown()) {
            case JSON -> screen.json(answer.body());
            case IDS -> screen.line(pushed.text("job_id"));
            case SENTENCES ->
                screen.line(
                        "Job " + pushed.text("job_id") + (answer.isReplayed() ? " was accepted before" : " is accepted")
                                + "; due " + Shown.time(pushed.text("scheduled_at")) + " UTC.");
        }
        return ExitCode.DONE;
    }

    private Pushed shown() {
        return server.isJson() ? Pushed.JSON : quiet ? Pushed.IDS : Pushed.SENTENCES;
    }
}
