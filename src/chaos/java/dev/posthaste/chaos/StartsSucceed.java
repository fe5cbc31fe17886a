package dev.posthaste.chaos;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A node that is started again takes calls soon, and its process ends by itself only where the database was away, or a node
 * may have stood with locks: what a node that
 * cannot start would have done, no other rule misses.
 */
final class StartsSucceed implements Rule {
    /** A start takes some eight seconds of two processors that three nodes share. */
    private static final Duration WITHIN = Duration.ofSeconds(45);

    /** A process that finds no database says so and ends; it may have looked shortly before one was there. */
    private static final Duration SHORTLY = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "starts succeed";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        List<Interval> away = evidence.history().faults().stream()
                .filter(fault -> fault.isOf(Fault.DATABASE))
                .map(fault -> fault.time().widened(SHORTLY, SHORTLY))
                .toList();
        List<Interval> withLocks = evidence.history().faults().stream()
                .filter(fault -> fault.kind().isolates())
                .map(Fault::time)
                .toList();
        for (Start start : evidence.history().starts()) {
            if (start.time().from().isBefore(evidence.history().run().from())) {
                // Nobody has looked yet what else the machine does; a first start makes all tables.
                continue;
            }
            start.ended().stream()
                    .filter(process ->
                            Stream.concat(away.stream(), withLocks.stream()).noneMatch(process::meets))
                    .forEach(process -> breaches.accept("Node " + start.node() + " ended by itself while it started,"
                            + " from " + process.from() + " to " + process.until() + ", and the database was there."));
            Duration taken = Duration.between(start.time().from(), start.time().until())
                    .minus(evidence.windows()
                            .ofTheMachine()
                            .and(away)
                            .within(start.time().from(), start.time().until()));
            if (taken.compareTo(WITHIN) > 0) {
                breaches.accept("Node " + start.node() + " was started at "
                        + start.time().from() + " and took calls at "
                        + start.time().until() + ", "
                        + taken.toSeconds() + " s of which nothing explains.");
            }
        }
    }
}
