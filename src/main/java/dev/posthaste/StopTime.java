package dev.posthaste;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long the deliveries in flight are waited for when the server stops: counted from the moment at which it is told to, so
 * that calls and tasks that hang before do not add to it. Thread-safe.
 */
final class StopTime {
    private final Duration bound;
    private final LongSupplier nanos;
    private volatile @Nullable Long begunAt;

    /**
     * @param bound {@code delivery.stopWithin}
     * @param nanos a steady clock
     */
    StopTime(Duration bound, LongSupplier nanos) {
        this.bound = bound;
        this.nanos = nanos;
    }

    Duration bound() {
        return bound;
    }

    /** The server has been told to stop. */
    void begin() {
        if (begunAt == null) {
            begunAt = nanos.getAsLong();
        }
    }

    /** What is left of it; all while nobody has said that the server stops, and never less than nothing. */
    Duration left() {
        Long begun = begunAt;
        if (begun == null) {
            return bound;
        }
        Duration left = bound.minusNanos(nanos.getAsLong() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
