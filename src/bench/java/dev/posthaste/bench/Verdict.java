package dev.posthaste.bench;

/**
 * One bar and how the figure stands to it.
 *
 * @param bar what is asked for, in words
 * @param value what was reached, in words
 * @param met whether it was reached
 */
record Verdict(String bar, String value, boolean met) {
    /** Ours is to be at least so many times the other's. */
    static Verdict times(double bar, Figure ours, Figure other) {
        double ratio = ours.times(other);
        return new Verdict("≥ " + bar + " × " + other.who(), Figure.number(ratio) + " × " + other.who(), ratio >= bar);
    }

    /** The same bar as a goal: good to reach, not to be missed by a release. */
    Verdict asGoal() {
        return new Verdict("goal: " + bar, value, met);
    }

    /** Ours is to be at least so much. */
    static Verdict atLeast(double bar, Figure ours) {
        return new Verdict("≥ " + Figure.number(bar) + " " + ours.unit(), ours.toString(), ours.median() >= bar);
    }

    /** Ours is to be at most so much. */
    static Verdict atMost(double bar, Figure ours) {
        return new Verdict("≤ " + Figure.number(bar) + " " + ours.unit(), ours.toString(), ours.median() <= bar);
    }
}
