package dev.posthaste.chaos;

import java.time.Duration;

/**
 * What the promise leaves room for.
 *
 * @param takeOver from a node's end, seen by another one that nothing disturbs, until its work goes on there
 * @param silence the same of a node that is frozen or cut off, whose sessions may stand
 * @param harmless a node that is cut off for no longer is taken for dead by nobody: its sessions may be gone, and it is
 *     waited for two check-ins
 * @param frozen the same of a node that stands still and whose sessions stand: its lease is waited for, of 8 s from its last
 *     check-in on, which may be a second old
 * @param late a job may be sent so long after it was due, what faults take of that time not counted
 * @param pause a queue that was paused may be sent for so long, likewise
 * @param spread so much later than it was let through its gate may a request come, where the rate is judged
 * @param recording an outcome is written so long after its answer, unless something keeps the node from it; a claim, which is
 *     not waited for on the disk, is there so long after it was made
 * @param judgedPercent a run is judged where lateness was for so much of its time
 */
record Allowances(
        Duration takeOver,
        Duration silence,
        Duration harmless,
        Duration frozen,
        Duration late,
        Duration pause,
        Duration spread,
        Duration recording,
        int judgedPercent) {
    /**
     * A node that was killed is taken for dead after two to three seconds, another after a lease of 8 s and a check-in of 1 s:
     * what a dead node had goes on in less time than a lease takes, or the end of its session was of no use.
     */
    static final Allowances DEFAULT = new Allowances(
            Duration.ofMillis(2_500),
            Duration.ofSeconds(10),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(6),
            Duration.ofSeconds(5),
            Duration.ofMillis(1_500),
            Duration.ofMillis(1_500),
            Duration.ofSeconds(1),
            20);

    Allowances withTakeOver(Duration time) {
        return new Allowances(time, silence, harmless, frozen, late, pause, spread, recording, judgedPercent);
    }

    Allowances withLate(Duration time) {
        return new Allowances(takeOver, silence, harmless, frozen, time, pause, spread, recording, judgedPercent);
    }

    /** Where the disk is others' as well: no detector sees that. */
    Allowances withRecording(Duration time) {
        return new Allowances(takeOver, silence, harmless, frozen, late, pause, spread, time, judgedPercent);
    }

    /** Where others use the machine as well. */
    Allowances withJudged(int percent) {
        return new Allowances(takeOver, silence, harmless, frozen, late, pause, spread, recording, percent);
    }
}
