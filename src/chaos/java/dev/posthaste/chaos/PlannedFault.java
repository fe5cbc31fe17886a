package dev.posthaste.chaos;

import java.time.Duration;

/**
 * A fault that is to be done.
 *
 * @param at after the beginning of the run
 * @param node to which, {@link Fault#DATABASE} for the database
 * @param length until it is over, or until what it has ended is started again
 */
record PlannedFault(Duration at, FaultKind kind, int node, Duration length) {
    /** For a person, such as {@code 12.3 s: KILL of node 1, 0.5 s}. */
    String told() {
        return seconds(at) + ": " + kind + (node == Fault.DATABASE ? "" : " of node " + node) + ", " + seconds(length);
    }

    private static String seconds(Duration time) {
        return time.toMillis() / 1_000.0 + " s";
    }
}
