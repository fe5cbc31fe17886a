package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * An attempt comes within {@link Allowances#late()} after it was due, not counting the time for which faults held it up. What
 * waits for a limit of its queue waits for that; what waits for a paused queue is due when it is resumed.
 */
final class NothingLate implements Rule {
    @Override
    public String name() {
        return "nothing late";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        Set<String> limited =
                evidence.history().gates().stream().map(GateLimit::queue).collect(Collectors.toSet());
        for (JobRow job : evidence.history().end().jobs()) {
            List<Sending> sendings = evidence.sendingsOf(job.id());
            if (!sendings.isEmpty() && (job.queue() == null || !limited.contains(job.queue()))) {
                check(evidence, job, sendings.get(0), breaches);
            }
        }
    }

    private static void check(Evidence evidence, JobRow job, Sending first, Consumer<String> breaches) {
        Duration late = lateness(evidence, job, first);
        if (late.compareTo(evidence.allowances().late()) > 0) {
            breaches.accept(job + " came at " + first.at() + ", " + late.toMillis()
                    + " ms late beside what faults and pauses held it up");
        }
    }

    /** Of the first arrival, faults and pauses not counted. */
    static Duration lateness(Evidence evidence, JobRow job, Sending first) {
        Instant due = job.due();
        if (!first.at().isAfter(due)) {
            return Duration.ZERO;
        }
        List<Interval> paused = evidence.history().pauses().stream()
                .filter(pause -> pause.queue().equals(job.queue()))
                .map(pause -> new Interval(
                        pause.asked(),
                        pause.resumed().plus(evidence.allowances().pause())))
                .toList();
        // One after the other a fault within a pause would be taken off twice.
        Duration heldUp = evidence.windows()
                .excused(known(evidence, job), due, first.at())
                .and(paused)
                .within(due, first.at());
        return Duration.between(due, first.at()).minus(heldUp);
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
