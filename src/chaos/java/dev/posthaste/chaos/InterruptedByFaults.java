package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * An attempt is interrupted no more often than there were faults that may have done it since it was due: a node that lives
 * gives up nothing, and a job that three interruptions have ended has met three faults.
 */
final class InterruptedByFaults implements Rule {
    /** It may have been claimed so long before. */
    private static final Duration EARLY = Duration.ofSeconds(5);

    /** So long may it be on its way before a machine that others keep busy makes a node lose its lease. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "interrupted by faults";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (JobRow job : evidence.history().end().jobs()) {
            long interruptions = evidence.runsOf(job.id()).stream()
                    .filter(RunRow::isInterrupted)
                    .count();
            if (interruptions == 0) {
                continue;
            }
            long faults = evidence.history().faults().stream()
                    .filter(fault -> evidence.windows().mayInterrupt(fault))
                    .filter(fault -> fault.back().isAfter(job.due().minus(EARLY)))
                    .count();
            if (interruptions > faults && !isExcused(evidence, job.due())) {
                breaches.accept(job + " was interrupted " + interruptions + " times by " + faults + " faults");
            }
        }
    }

    /** A node may lose its lease where the machine stood still, or was busy with other things, for most of it. */
    private static boolean isExcused(Evidence evidence, Instant due) {
        Windows lost = evidence.windows().ofTheMachine();
        Duration most = evidence.allowances().frozen();
        return lost.meeting(new Interval(due.minus(EARLY), due.plus(ON_ITS_WAY))).intervals().stream()
                .map(Interval::from)
                .anyMatch(from ->
                        lost.within(from, from.plus(most)).multipliedBy(2).compareTo(most) > 0);
    }
}
