package dev.posthaste.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A request comes again only where it was in flight at a fault of its node, or where the database ended before a claim was
 * on its disk; a callback also after an answer that was no 2xx.
 */
final class NothingTwice implements Rule {
    @Override
    public String name() {
        return "nothing twice";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        evidence.sendings().values().forEach(sendings -> check(evidence, sendings, breaches));
        evidence.history().callbacks().stream()
                .sorted(Comparator.comparing(Called::at))
                .collect(groupingBy(Called::id))
                .values()
                .forEach(tries -> check(evidence, tries, breaches));
    }

    private static void check(Evidence evidence, List<? extends Received> same, Consumer<String> breaches) {
        for (int i = 1; i < same.size(); i++) {
            Received first = same.get(i - 1);
            Received again = same.get(i);
            boolean isTriedAgain = first instanceof Called && first.status() != 200;
            if (!isTriedAgain && !evidence.windows().maySendAgain(first, again)) {
                breaches.accept(first + " came again without a fault, as " + again);
            }
        }
    }
}
