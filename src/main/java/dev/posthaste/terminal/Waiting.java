package dev.posthaste.terminal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Waits until a job's chain has ended, and tells how. A server that is away for a while is waited for as well. */
final class Waiting {
    private static final Set<String> ENDS = Set.of("success", "failed_no_retries", "dead_lettered", "cancelled");
    private static final long FIRST_LOOK = 100;
    private static final long LONGEST = 2_000;

    /** What a call has, be there ever so little time left: one that cannot be answered tells nothing. */
    private static final Duration LEAST = Duration.ofMillis(500);

    private static final Duration EVER = Duration.ofDays(365);

    private final Surroundings surroundings;
    private final ApiClient api;
    private final Pushed shown;

    Waiting(Surroundings surroundings, ApiClient api, Pushed shown) {
        this.surroundings = surroundings;
        this.api = api;
        this.shown = shown;
    }

    /**
     * Waits for the end of the chain that a job began. A call that hangs is given up when the time is over.
     *
     * @param atMost null for as long as it takes
     */
    ExitCode forEndOf(long id, @Nullable Duration atMost) {
        long begun = System.nanoTime();
        long pause = FIRST_LOOK;
        try (Progress progress = surroundings.progress()) {
            while (true) {
                ApiAnswer answer = look(id, left(begun, atMost), progress);
                if (answer != null) {
                    JsonFields job = answer.done();
                    if (ENDS.contains(job.text("final_status"))) {
                        progress.clear();
                        return tell(answer, job, left(begun, atMost));
                    }
                    progress.now(standing(job));
                }
                Duration left = left(begun, atMost);
                if (atMost != null && (left.isNegative() || left.isZero())) {
                    progress.clear();
                    throw new CommandFailure(
                            ExitCode.STILL_WAITING,
                            "Job " + id + " has not ended within " + Shown.count(atMost.toSeconds(), "second")
                                    + ". It goes on; `posthaste job " + id + "` shows it.");
                }
                Patience.waitFor(shorter(Duration.ofMillis(pause), left));
                pause = Math.min(LONGEST, pause * 3 / 2);
            }
        }
    }

    private static Duration left(long begun, @Nullable Duration atMost) {
        return atMost == null ? EVER : atMost.minusNanos(System.nanoTime() - begun);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Null while there is no server that can tell. */
    private @Nullable ApiAnswer look(long id, Duration left, Progress progress) {
        try {
            ApiAnswer answer = api.get("/api/jobs/" + id, LEAST.compareTo(left) > 0 ? LEAST : left);
            if (!answer.isTemporary()) {
                return answer;
            }
            progress.now(String.valueOf(Refusals.of(answer).getMessage()));
        } catch (CommandFailure e) {
            progress.now(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static String standing(JsonFields job) {
        List<JsonFields> chain = job.objects("chain");
        JsonFields last = chain.isEmpty() ? job : chain.get(chain.size() - 1);
        return "Job " + job.text("id") + ": attempt " + last.text("attempt_number") + " is " + last.text("status")
                + ", due " + Shown.time(last.text("scheduled_at")) + " UTC";
    }

    private ExitCode tell(ApiAnswer answer, JsonFields job, Duration left) {
        boolean isGood = job.text("final_status").equals("success");
        Screen screen = surroundings.screen();
        switch (shown) {
            case JSON -> screen.json(answer.body());
            case IDS -> screen.line(job.text("id"));
            case SENTENCES -> {
                String end = "Job " + job.text("id") + ": ";
                screen.line(Cell.of(end), Cell.status(job.text("final_status")), Cell.of(details(job, left)));
            }
        }
        return isGood ? ExitCode.DONE : ExitCode.REFUSED;
    }

    /** Of the run that ended the chain, which is another job's where there were retries. */
    private String details(JsonFields job, Duration left) {
        List<JsonFields> chain = job.objects("chain");
        JsonFields lastJob = job;
        if (chain.size() > 1) {
            try {
                ApiAnswer answer = api.get(
                        "/api/jobs/" + chain.get(chain.size() - 1).text("id"),
                        LEAST.compareTo(left) > 0 ? LEAST : left);
                lastJob = answer.status() == 200 ? answer.done() : job;
            } catch (CommandFailure e) {
                // How it has ended is known, and that is what was asked.
                return "";
            }
        }
        List<JsonFields> runs = lastJob.objects("runs");
        if (runs.isEmpty()) {
            return "";
        }
        return " (attempt " + lastJob.text("attempt_number") + RunText.of(runs.get(runs.size() - 1)) + ")";
    }
}
