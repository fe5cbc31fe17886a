package dev.posthaste.chaos;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A call is refused, or has no answer, only around a fault: of the node that was called, of the database, or of a node that
 * may have stood with locks.
 */
final class RefusalsAreExplained implements Rule {
    /** So long after a fault a node may still have no session with the database, or wait for its locks. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    /** What a machine did not run, or had no processor for, it does a moment later. */
    private static final Duration AFTER_A_STANDSTILL = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "refusals are explained";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        History history = evidence.history();
        List<Interval> machine = evidence.windows().ofTheMachine().intervals().stream()
                .map(time -> time.widened(Duration.ZERO, AFTER_A_STANDSTILL))
                .toList();
        history.refusals().stream()
                .filter(refusal -> Stream.concat(faults(history, refusal), machine.stream())
                        .noneMatch(refusal.time()::meets))
                .forEach(refusal -> breaches.accept("No fault explains it: " + refusal));
    }

    private static Stream<Interval> faults(History history, Refusal refusal) {
        return history.faults().stream()
                .filter(fault -> fault.isOf(refusal.node())
                        || fault.isOf(Fault.DATABASE)
                        || fault.kind().isolates())
                .map(fault -> fault.absence().widened(Duration.ZERO, AFTERWARDS));
    }
}
