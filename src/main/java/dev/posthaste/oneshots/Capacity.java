package dev.posthaste.oneshots;

/**
 * How much of a kind a node may have in flight.
 *
 * @param slots so many firings
 * @param bytes which they may weigh together, see {@link OneShot#weight}; one that weighs more fires when it is alone
 */
public record Capacity(int slots, long bytes) {
    /** A capacity that is bounded by its slots only. */
    public static Capacity ofSlots(int slots) {
        return new Capacity(slots, Long.MAX_VALUE);
    }
}
