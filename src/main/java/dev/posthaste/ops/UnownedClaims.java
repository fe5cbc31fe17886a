package dev.posthaste.ops;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Tells claims that nobody recovers from those that the next check-in does, a second after it was made: only what two looks
 * have seen that lie well apart is of the former. Each is told once. Used by one thread at a time.
 */
final class UnownedClaims {
    private final LongSupplier nanoTime;
    private final Duration patience;
    private final Set<String> told = new HashSet<>();
    private Set<String> seen = Set.of();
    private long seenAt;

    /**
     * @param nanoTime a clock that nobody sets
     * @param patience how far two looks lie apart at least
     */
    UnownedClaims(LongSupplier nanoTime, Duration patience) {
        this.nanoTime = nanoTime;
        this.patience = patience;
        this.seenAt = nanoTime.getAsLong();
    }

    /**
     * A look.
     *
     * @param found claims of who is no member, and how many firings of each have not ended
     * @return how many firings nobody recovers that were not told before
     */
    int look(Map<String, Integer> found) {
        if (nanoTime.getAsLong() - seenAt < patience.toNanos()) {
            return 0;
        }
        told.retainAll(found.keySet());
        Set<String> unowned = new HashSet<>(found.keySet());
        unowned.retainAll(seen);
        unowned.removeAll(told);
        told.addAll(unowned);
        seen = Set.copyOf(found.keySet());
        seenAt = nanoTime.getAsLong();
        return unowned.stream().mapToInt(claim -> found.getOrDefault(claim, 0)).sum();
    }
}
