package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A node says that something failed only around a fault: of its own, of the database, or of a node that may have stood with
 * locks. What no process, line or database that fails can bring about it never says.
 */
final class ErrorsAreExplained implements Rule {
    /** So long after a fault something may still fail of it: what waited for an answer meanwhile. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(10);

    private static final Duration AFTER_A_STANDSTILL = Duration.ofSeconds(5);

    /** Of the program itself: sentences that ask for a report, or tell of what it could not do with what it had. */
    private static final Pattern OF_THE_PROGRAM =
            Pattern.compile("please report this|could not be judged|could not be kept"
                    + "|cannot be read|classes of this program|for a reason of this process|its threads .* have ended");

    @Override
    public String name() {
        return "errors are explained";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.history().errors().stream()
                .filter(error -> OF_THE_PROGRAM.matcher(error.line()).find() || !isExplained(evidence.history(), error))
                .forEach(error ->
                        breaches.accept("No fault explains what node " + error.node() + " says: " + error.line()));
    }

    private static boolean isExplained(History history, ErrorLine error) {
        Stream<Interval> faults = history.faults().stream()
                .filter(fault -> fault.isOf(error.node())
                        || fault.isOf(Fault.DATABASE)
                        || fault.kind().isolates())
                .map(fault -> fault.absence().widened(Duration.ZERO, AFTERWARDS));
        Stream<Interval> machine = Stream.concat(
                        history.stalls().stream(),
                        history.starvations().stream().map(Starvation::lost))
                .map(time -> time.widened(Duration.ZERO, AFTER_A_STANDSTILL));
        Instant at = error.at();
        return Stream.concat(faults, machine).anyMatch(new Interval(at, at)::meets);
    }
}
