package dev.posthaste.oneshots;

import java.time.Duration;
import java.util.Map;

/**
 * How a node takes part.
 *
 * @param capacities what this node may have in flight of each kind
 * @param maxClaim one-shots claimed by one statement, at most
 * @param checkIn how often the node tells that it is alive
 * @param lease without a check-in for so long a node's firings are given to others
 * @param soleNode whether nobody else can be using the database, so that leftovers are recovered at once
 */
public record NodeSettings(
        Map<String, Capacity> capacities, int maxClaim, Duration checkIn, Duration lease, boolean soleNode) {
    /** A busy machine checks in late. */
    private static final Duration MIN_PATIENCE = Duration.ofSeconds(2);

    /** For so long a node whose presence is gone may be silent before it counts as dead: two check-ins, at least. */
    public Duration patience() {
        Duration twoCheckIns = checkIn.multipliedBy(2);
        return twoCheckIns.compareTo(MIN_PATIENCE) < 0 ? MIN_PATIENCE : twoCheckIns;
    }

    /** All slots together. */
    public int allSlots() {
        return capacities.values().stream().mapToInt(Capacity::slots).sum();
    }
}
