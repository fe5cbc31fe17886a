package dev.posthaste.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Of a queue no more are with the receiver at any moment than its {@code max_parallelism}, over all nodes and at any fault.
 * Only a request that was abandoned does not count: one whose node was lost, so that its attempt was sent again later or
 * was given up. The receiver may still have it while the next one comes.
 */
final class FewEnoughInFlight implements Rule {
    /** @param change 1 when a request comes, -1 when it is answered */
    private record Change(Instant at, int change, Sending of) {}

    @Override
    public String name() {
        return "few enough in flight";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (GateLimit gate : evidence.history().gates()) {
            if (gate.maxInFlight() != null) {
                check(evidence, gate.queue(), gate.maxInFlight(), breaches);
            }
        }
    }

    private static void check(Evidence evidence, String queue, int max, Consumer<String> breaches) {
        List<Change> changes = new ArrayList<>();
        for (List<Sending> same : evidence.sendings().values()) {
            Sending last = same.get(same.size() - 1);
            if (last.isOf(queue) && !evidence.endedInterrupted(last.jobId())) {
                changes.add(new Change(last.at(), 1, last));
                changes.add(new Change(last.answered(), -1, last));
            }
        }
        changes.sort(Comparator.comparing(Change::at).thenComparing(Change::change));
        int inFlight = 0;
        for (Change change : changes) {
            inFlight += change.change();
            if (change.change() > 0 && inFlight > max) {
                breaches.accept(queue + " has " + inFlight + " in flight with " + change.of());
            }
        }
    }
}
