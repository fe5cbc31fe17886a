package dev.posthaste.oneshots;

/**
 * A gate that the caller's transaction has locked, and what it lets through now.
 *
 * @param room so many
 * @param tokens of its rate, with those that were added for the {@code elapsed} seconds since it was last let through
 * @param nextTokenMs until there is a token, 0 when there is one or it has no rate
 */
record LockedGate(String group, boolean paused, long room, double tokens, double elapsed, long nextTokenMs) {
    /** How much of a second's allowance may be saved up, so that a limit of 50 gives 50 and not 100 at once. */
    private static final double BURST_SECONDS = 0.1;

    /**
     * What a gate lets through.
     *
     * @param inFlight of its group
     * @param saved the tokens that it had {@code elapsed} seconds ago
     */
    static LockedGate of(String group, Gate gate, long inFlight, double saved, double elapsed) {
        if (gate.paused()) {
            return new LockedGate(group, true, 0, saved, elapsed, 0);
        }
        long room = gate.maxInFlight() == null ? Integer.MAX_VALUE : Math.max(0, gate.maxInFlight() - inFlight);
        if (gate.maxPerSecond() == null) {
            return new LockedGate(group, false, room, 0, elapsed, 0);
        }
        int rate = gate.maxPerSecond();
        // Less than none are of a time without a rate.
        double left = Math.max(0, saved);
        // Refilled in the future: the database's clock was set back. One that goes through sets it right.
        double refilled = elapsed < 0 ? Math.max(1, left) : left + elapsed * rate;
        double tokens = Math.min(Math.max(1, rate * BURST_SECONDS), refilled);
        long nextTokenMs = (long) Math.ceil(Math.max(0, 1 - tokens) * 1_000 / rate);
        return new LockedGate(group, false, Math.min(room, (long) tokens), tokens, elapsed, nextTokenMs);
    }

    /** Lets nothing through just now: tells the operator why. */
    void tell(Trace trace) {
        if (paused) {
            trace.sayOfGroup(group, "paused", "passed over, its gate is paused");
        } else if (nextTokenMs > 0) {
            trace.sayOfGroup(
                    group,
                    "rate",
                    "passed over, its gate has let through what it may a second, and the next in " + nextTokenMs
                            + " ms");
        } else {
            trace.sayOfGroup(group, "full", "passed over, as many are in flight as its gate lets through at a time");
        }
    }
}
