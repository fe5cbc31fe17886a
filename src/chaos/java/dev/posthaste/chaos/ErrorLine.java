package dev.posthaste.chaos;

import java.time.Instant;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A line of a node's log that says that something failed. */
record ErrorLine(Instant at, int node, String line) {
    private static final Pattern SHAPE =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z) +ERROR .*$", Pattern.MULTILINE);

    /** Those of a log, in their order; of what follows a line, such as a trace, nothing. */
    static List<ErrorLine> in(String log, int node) {
        return SHAPE.matcher(log).results().map(found -> of(found, node)).toList();
    }

    /** What it says, without when and which thread, each number as a hash. */
    String sentence() {
        return line.replaceFirst("^\\S+ +ERROR +(\\[[^\\]]*\\] *)?", "").replaceAll("\\d+", "#");
    }

    private static ErrorLine of(MatchResult found, int node) {
        return new ErrorLine(Instant.parse(found.group(1)), node, found.group());
    }
}
