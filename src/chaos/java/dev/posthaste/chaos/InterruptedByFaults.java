package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Each run that was interrupted has met a fault of its own that may have done it, between its beginning and the next run's: a
 * node that lives gives up nothing, and a job that three interruptions have ended has met three faults.
 */
final class InterruptedByFaults implements Rule {
    /** A fault is written down before it is done, and after it is over. */
    private static final Duration EXACT = Duration.ofSeconds(1);

    /** So long may the last run be on its way before a node, or a machine that others keep busy, makes an end of it. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "interrupted by faults";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        List<Fault> faults = evidence.history().faults().stream()
                .filter(fault -> evidence.windows().mayInterrupt(fault))
                .sorted(Comparator.comparing(Fault::until))
                .toList();
        for (JobRow job : evidence.history().end().jobs()) {
            check(evidence, job, faults, breaches);
        }
    }

    private static void check(Evidence evidence, JobRow job, List<Fault> faults, Consumer<String> breaches) {
        List<RunRow> runs = evidence.runsOf(job.id());
        List<Fault> unused = new ArrayList<>(faults);
        for (int i = 0; i < runs.size(); i++) {
            if (!runs.get(i).isInterrupted()) {
                continue;
            }
            Interval time = time(runs, i);
            // One after the other, each takes the fault that is over first: so none is taken from a later one that
            // needs it.
            Optional<Fault> met =
                    unused.stream().filter(fault -> time.meets(fault.time())).findFirst();
            if (met.isPresent()) {
                unused.remove(met.get());
            } else if (!isExcused(evidence, time)) {
                breaches.accept(job + " was interrupted between " + time.from() + " and " + time.until()
                        + " by no fault, or by one that had interrupted it before: " + runs);
            }
        }
    }

    private static Interval time(List<RunRow> runs, int index) {
        Instant from = runs.get(index).started();
        Instant until = index + 1 < runs.size() ? runs.get(index + 1).started() : from.plus(ON_ITS_WAY);
        return new Interval(from, until.isAfter(from) ? until : from).widened(EXACT, EXACT);
    }

    /** A node may lose its lease where the machine stood still, or was busy with other things, for most of it. */
    private static boolean isExcused(Evidence evidence, Interval time) {
        Windows lost = evidence.windows().ofTheMachine();
        Duration most = evidence.allowances().frozen();
        return lost.meeting(time).intervals().stream()
                .map(Interval::from)
                .anyMatch(from ->
                        lost.within(from, from.plus(most)).multipliedBy(2).compareTo(most) > 0);
    }
}
