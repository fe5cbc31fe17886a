package dev.posthaste;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long the deliveries in flight are waited for when the server stops: counted from the moment at which it is told to, so
 * that an announcement, and calls and tasks that hang before, do not add to it. Who is in a hurry ends it. Thread-safe.
 */
final class StopTime {
    private final Duration bound;
    private final LongSupplier nanos;
    private final CountDownLatch hastened = new CountDownLatch(1);
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

    boolean hasBegun() {
        return begunAt != null;
    }

    /** Nothing is waited for any more. */
    void hasten() {
        hastened.countDown();
    }

    boolean isHastened() {
        return hastened.getCount() == 0;
    }

    /** Waits so long, or until somebody is in a hurry. */
    void pass(Duration time) throws InterruptedException {
        boolean unused = hastened.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What is left of it; all while nobody has said that the server stops, and never less than nothing. */
    Duration left() {
        if (isHastened()) {
            return Duration.ZERO;
        }
        Long begun = begunAt;
        if (begun == null) {
            return bound;
        }
        Duration left = bound.minusNanos(nanos.getAsLong() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
