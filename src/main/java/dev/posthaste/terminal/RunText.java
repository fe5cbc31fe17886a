package dev.posthaste.terminal;

/** How a run went, in a few words. */
final class RunText {
    private RunText() {}

    /** Begins with a comma, unless there is nothing to say. */
    static String of(JsonFields run) {
        StringBuilder text = new StringBuilder();
        if (run.has("response_status")) {
            text.append(", answered ").append(run.text("response_status"));
        }
        if (run.has("duration_ms")) {
            text.append(" after ")
                    .append(Shown.number(run.number("duration_ms")))
                    .append(" ms");
        }
        if (run.has("failure_reason")) {
            text.append(", ").append(run.text("failure_reason"));
        }
        if (run.has("error_message")) {
            text.append(": ").append(run.text("error_message"));
        }
        return text.toString();
    }
}
