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
    /** What the documentation asks supervisors to give a node beside {@code delivery.stopWithin}. */
    static final Duration BESIDE = Duration.ofSeconds(15);

    /** Of {@link #BESIDE}, for what takes its time however little is left: each last step has a moment, and the process ends. */
    private static final Duration KEPT = Duration.ofSeconds(4);

    /** For all that is waited for once somebody is in a hurry. */
    private static final Duration HASTY = Duration.ofSeconds(2);

    /** Enough for a database that answers; so long each last step may take. */
    private static final Duration MOMENT = Duration.ofMillis(500);

    private final Duration bound;
    private final LongSupplier nanos;
    private final CountDownLatch hastened = new CountDownLatch(1);
    private volatile @Nullable Long begunAt;
    private volatile @Nullable Long hastenedAt;

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
        if (hastenedAt == null) {
            hastenedAt = nanos.getAsLong();
        }
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
        return left(bound, begunAt);
    }

    /**
     * What is left for all that is waited for, the deliveries included: what a database that does not answer takes of it is
     * not there for the next step. Never less than nothing.
     */
    Duration rest() {
        Duration rest = left(bound.plus(BESIDE).minus(KEPT), begunAt);
        return hastenedAt == null ? rest : shorter(rest, left(HASTY, hastenedAt));
    }

    /** How long a last step may take that would take {@code own} at most: no more than there is left, but for a moment. */
    Duration atMost(Duration own) {
        Duration rest = rest();
        return shorter(own, rest.compareTo(MOMENT) < 0 ? MOMENT : rest);
    }

    private Duration left(Duration whole, @Nullable Long since) {
        if (since == null) {
            return whole;
        }
        Duration left = whole.minusNanos(nanos.getAsLong() - since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
