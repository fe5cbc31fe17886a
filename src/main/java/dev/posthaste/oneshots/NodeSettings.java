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
    /** All slots together. */
    public int allSlots() {
        return capacities.values().stream().mapToInt(Capacity::slots).sum();
    }
}
