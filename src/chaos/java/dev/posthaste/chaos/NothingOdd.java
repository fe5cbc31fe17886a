package dev.posthaste.chaos;

import java.util.List;
import java.util.function.Consumer;

/**
 * No answer, end of a process or line of a log that there should not be, whatever the faults. Nor can more than a few
 * requests have come from nobody: those the fault of any node excuses.
 */
final class NothingOdd implements Rule {
    private static final long MOST_PERCENT_OF_NOBODY = 5;

    @Override
    public String name() {
        return "nothing odd";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.history().oddities().forEach(breaches);
        List<Sending> sendings = evidence.history().sendings();
        long ofNobody = sendings.stream()
                .filter(sending -> sending.node() == Received.UNKNOWN_NODE)
                .count();
        if (100 * ofNobody > MOST_PERCENT_OF_NOBODY * sendings.size()) {
            breaches.accept("Of " + ofNobody + " requests among " + sendings.size() + " the node is not known.");
        }
    }
}
