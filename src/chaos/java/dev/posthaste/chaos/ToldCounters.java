package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What nodes have told of their counters, one call after the other. For two seconds a node tells what it has read last, and
 * where it stood still in between for longer: so it may tell less than another one has told a moment ago, and never less than
 * it has told itself. Not thread-safe.
 */
final class ToldCounters {
    private static final Duration KEPT = Duration.ofSeconds(2);

    private final List<Told> told = new ArrayList<>();

    /** When the call began whose reading a node's next answer may repeat. */
    private final Map<Integer, Instant> before = new HashMap<>();

    private record Told(int node, Instant at, Counters counters) {}

    /** A node was asked and has not answered, and may have read all the same. */
    void unanswered(int node, Instant asked) {
        before.putIfAbsent(node, asked);
    }

    /**
     * A node has told this.
     *
     * @return what was told before it was read, and is more; empty when nothing is
     */
    Optional<Counters> answered(int node, Instant asked, Instant at, Counters counters) {
        Instant kept = asked.minus(KEPT);
        Instant asFarBack = before.getOrDefault(node, kept);
        Instant read = asFarBack.isBefore(kept) ? asFarBack : kept;
        Optional<Counters> more = told.stream()
                .filter(one -> one.node() == node || one.at().isBefore(read))
                .map(Told::counters)
                .filter(counters::hasFallenSince)
                .findFirst();
        told.add(new Told(node, at, counters));
        before.put(node, asked);
        return more;
    }
}
