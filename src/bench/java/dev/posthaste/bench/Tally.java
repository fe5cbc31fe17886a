package dev.posthaste.bench;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the receiver has seen since it was last reset. Used by one thread. */
final class Tally {
    private static final long MINUTE_MICROS = 60_000_000;

    private long requests;
    private final Map<String, StringBuilder> lateness = new TreeMap<>();
    private final Set<String> fires = new HashSet<>();

    /**
     * Counts a request; one to {@code /late/<class>/<due ms>} is noted with its lateness in microseconds, and one to
     * {@code /fire/<class>/<number>} with that behind the nearest full minute. A number that comes again in a minute is noted
     * in the class {@code <class>-again} too.
     */
    void count(String path) {
        requests++;
        String[] parts = path.split("/", -1);
        Instant now = Instant.now();
        long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        if (path.startsWith("/late/")) {
            note(parts[2], nowMicros - Long.parseLong(parts[3]) * 1_000);
        } else if (path.startsWith("/fire/")) {
            long minute = Math.floorDiv(nowMicros + MINUTE_MICROS / 2, MINUTE_MICROS);
            long late = nowMicros - minute * MINUTE_MICROS;
            note(parts[2], late);
            if (!fires.add(path + "/" + minute)) {
                note(parts[2] + "-again", late);
            }
        }
    }

    private void note(String name, long micros) {
        lateness.computeIfAbsent(name, any -> new StringBuilder()).append(' ').append(micros);
    }

    void reset() {
        requests = 0;
        lateness.clear();
        fires.clear();
    }

    /** A line with the count, then a line for each class: its name and its latenesses. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(requests).append('\n');
        lateness.forEach((name, micros) -> text.append(name).append(micros).append('\n'));
        return text.toString();
    }
}
