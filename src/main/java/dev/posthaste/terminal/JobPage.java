package dev.posthaste.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A job with its chain, its runs and its callbacks. */
final class JobPage {
    private static final int FEW = 2_000;
    private static final int NAMES = 14;

    private final Screen screen;

    JobPage(Screen screen) {
        this.screen = screen;
    }

    void show(JsonFields job) {
        screen.line(
                new Cell("Job " + job.text("id"), Colour.HEADING),
                Cell.of(" in " + job.text("queue") + ": "),
                Cell.status(job.text("status")),
                Cell.of(job.has("final_status") ? ", " : ""),
                Cell.status(job.text("final_status")));
        field("request", job.text("method") + " " + job.text("url"));
        headers("headers", job.object("headers"));
        body("payload", job.text("payload"));
        body("body", job.text("body"));
        field("due", utc(job.text("scheduled_at")));
        field("created", utc(job.text("created_at")));
        field("dead letter", utc(job.text("dead_lettered_at")));
        field(
                "attempt",
                job.text("attempt_number") + (job.flag("is_retry") ? " of job " + job.text("original_job_id") : ""));
        field("replayed as", job.text("replayed_as"));
        field("priority", job.text("priority"));
        field("timeout", job.has("timeout_seconds") ? job.text("timeout_seconds") + " s" : "");
        field("retry delays", job.text("retry_delays"));
        field("tags", String.join(", ", job.texts("tags")));
        field("callback to", job.text("callback_url"));
        chain(job);
        job.objects("runs").forEach(this::run);
        job.objects("callbacks").forEach(this::callback);
    }

    private void chain(JsonFields job) {
        List<JsonFields> chain = job.objects("chain");
        if (chain.size() < 2) {
            return;
        }
        screen.line("");
        Table table = new Table(screen, "CHAIN", "ATTEMPT", "STATUS", "FINAL", "DUE (UTC)");
        List<List<Cell>> rows = new ArrayList<>();
        for (JsonFields link : chain) {
            rows.add(List.of(
                    Cell.of(link.text("id")),
                    Cell.of(link.text("attempt_number")),
                    Cell.status(link.text("status")),
                    Cell.status(link.text("final_status")),
                    Cell.of(Shown.time(link.text("scheduled_at")))));
        }
        table.page(rows);
    }

    private void run(JsonFields run) {
        screen.line("");
        screen.line(
                new Cell("Run " + run.text("id"), Colour.HEADING),
                new Cell(RunText.of(run), run.has("failure_reason") ? Colour.BAD : Colour.GOOD));
        field("began", utc(run.text("started_at")));
        headers("request", run.object("request_headers"));
        body("", run.text("request_body"));
        headers("answered", run.object("response_headers"));
        body("", run.text("response_body"));
        if (run.flag("response_truncated")) {
            field("", "(The rest of the answer was not read.)");
        }
    }

    private void callback(JsonFields callback) {
        screen.line("");
        screen.line(
                new Cell("Callback " + callback.text("id"), Colour.HEADING),
                Cell.of(": "),
                Cell.status(callback.text("status")),
                Cell.of(" after "
                        + Shown.count(callback.number("attempts"), "try").replace("trys", "tries")));
        field("to", callback.text("url"));
        field("next try", utc(callback.text("next_attempt_at")));
        field(
                "last answer",
                (callback.text("last_response_status") + " " + callback.text("last_failure_reason")).strip());
        field("delivered", utc(callback.text("delivered_at")));
    }

    private void headers(String name, JsonFields headers) {
        String label = name;
        for (Map.Entry<String, String> header : headers.texts().entrySet()) {
            labelled(label, header.getKey() + ": " + header.getValue());
            label = "";
        }
    }

    /** Each of its lines as a line, so that a text can be read; what is long is cut off. */
    private void body(String name, String body) {
        String shown = body.length() <= FEW
                ? body
                : body.substring(0, Character.isHighSurrogate(body.charAt(FEW - 1)) ? FEW - 1 : FEW) + "… ("
                        + Shown.count(body.length(), "character") + "; --json shows all)";
        String label = name;
        for (String line : shown.lines().collect(Collectors.toList())) {
            labelled(label, line);
            label = "";
        }
    }

    private void field(String name, String value) {
        if (!value.isEmpty()) {
            labelled(name, value);
        }
    }

    private void labelled(String name, String value) {
        screen.line(new Cell("  " + name + " ".repeat(NAMES - name.length()), Colour.ASIDE), Cell.of(value));
    }

    private static String utc(String time) {
        return time.isEmpty() ? "" : Shown.time(time) + " UTC";
    }
}
