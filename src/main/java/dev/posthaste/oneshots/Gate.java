package dev.posthaste.oneshots;

import org.jspecify.annotations.Nullable;

/**
 * What holds the one-shots of a group back, on all nodes together.
 *
 * @param paused none fires
 * @param maxInFlight so many are in flight at the same time at most; null for no limit
 * @param maxPerSecond so many fire a second at most; null for no limit
 */
public record Gate(
        boolean paused,
        @Nullable Integer maxInFlight,
        @Nullable Integer maxPerSecond) {
    /** Holds nothing back. */
    public static final Gate OPEN = new Gate(false, null, null);
}
