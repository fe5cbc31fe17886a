package dev.posthaste.oneshots;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A trace of one group that keeps its lines, for tests. */
final class TracedLines {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Trace trace = new Trace(System::nanoTime, lines::add);

    TracedLines(String group) {
        trace.follow(new Trace.Followed("it", Map.of(group, "job"), key -> 7), Duration.ofMinutes(10));
    }

    Trace trace() {
        return trace;
    }

    List<String> lines() {
        return lines;
    }
}
