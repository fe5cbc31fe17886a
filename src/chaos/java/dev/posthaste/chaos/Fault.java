package dev.posthaste.chaos;

import java.time.Instant;

/**
 * Something that was done.
 *
 * @param node to which, {@link #DATABASE} where it was the database
 * @param from before it was done
 * @param until after it was over: the process has ended, or goes on; the line is whole; the database takes connections
 * @param back after the node took calls again, the same as {@code until} for what did not end it
 */
record Fault(FaultKind kind, int node, Instant from, Instant until, Instant back) {
    static final int DATABASE = -1;

    boolean isOf(int which) {
        return node == which;
    }

    /** How long it lasted. */
    Interval time() {
        return new Interval(from, until);
    }

    /** How long the node was not what it should be. */
    Interval absence() {
        return new Interval(from, back);
    }
}
