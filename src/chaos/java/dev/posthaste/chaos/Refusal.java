package dev.posthaste.chaos;

import java.time.Instant;

/**
 * A call of a client that was not done, as far as it was told.
 *
 * @param of what was called
 * @param sent before the call
 * @param at after its answer, or when it was no longer waited for
 * @param status of the answer, {@link #NO_ANSWER} where there was none
 */
record Refusal(String of, int node, Instant sent, Instant at, int status) {
    static final int NO_ANSWER = 0;

    Interval time() {
        return new Interval(sent, at);
    }

    @Override
    public String toString() {
        return "At " + sent + " node " + node
                + (status == NO_ANSWER ? " did not answer " : " answered " + status + " to ") + of;
    }
}
