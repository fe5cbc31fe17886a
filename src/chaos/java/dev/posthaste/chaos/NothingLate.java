package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * An attempt comes within {@link Allowances#late()} after it was due, not counting the time for which faults held it up. What
 * waits for a paused queue is due when it is resumed; what waits for a limit, when the receiver has seen it free.
 */
final class NothingLate implements Rule {
    @Override
    public String name() {
        return "nothing late";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (JobRow job : evidence.history().end().jobs()) {
            List<Sending> sendings = evidence.sendingsOf(job.id());
            if (!sendings.isEmpty()) {
                check(evidence, job, sendings.get(0), breaches);
            }
        }
    }

    private static void check(Evidence evidence, JobRow job, Sending first, Consumer<String> breaches) {
        Duration late = lateness(evidence, job, first);
        if (late.compareTo(evidence.allowances().late()) > 0) {
            breaches.accept(job + " came at " + first.at() + ", " + late.toMillis()
                    + " ms late beside what faults, pauses and limits held it up");
        }
    }

    /** Of the first arrival, faults and pauses not counted. */
    static Duration lateness(Evidence evidence, JobRow job, Sending first) {
        return evidence.waiting().unexplained(job.queue(), known(evidence, job), job.due(), first.at());
    }

    /** A retry hangs on the node that has its failure, from the request on that failed. */
    private static Instant known(Evidence evidence, JobRow job) {
        return evidence.chain(job.chain()).stream()
                .filter(other -> other.attempt() == job.attempt() - 1)
                .flatMap(before -> evidence.sendingsOf(before.id()).stream())
                .map(Sending::at)
                .filter(at -> at.isBefore(job.due()))
                .max(Instant::compareTo)
                .orElse(job.due());
    }
}
