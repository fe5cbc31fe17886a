package dev.posthaste.bench;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** What the receiver has seen since it was last reset. Used by one thread. */
final class Tally {
    private long requests;
    private final Map<String, StringBuilder> lateness = new TreeMap<>();

    /** Counts a request; one to {@code /late/<class>/<due ms>} is noted with its lateness in microseconds. */
    void count(String path) {
        requests++;
        if (path.startsWith("/late/")) {
            String[] parts = path.split("/", -1);
            Instant now = Instant.now();
            long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
            lateness.computeIfAbsent(parts[2], name -> new StringBuilder())
                    .append(' ')
                    .append(nowMicros - Long.parseLong(parts[3]) * 1_000);
        }
    }

    void reset() {
        requests = 0;
        lateness.clear();
    }

    /** A line with the count, then a line for each class: its name and its latenesses. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(requests).append('\n');
        lateness.forEach((name, micros) -> text.append(name).append(micros).append('\n'));
        return text.toString();
    }
}
