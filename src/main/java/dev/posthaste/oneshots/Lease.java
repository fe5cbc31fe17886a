package dev.posthaste.oneshots;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time for which a check-in is good, and the terms of a node: each time that it comes back after its lease had run out is
 * a new one, because by then others may have taken over what it had claimed in the one before. Thread-safe.
 */
final class Lease {
    private final Duration length;
    private final LongSupplier nanoTime;
    private final InstantSource wallClock;
    private volatile Validity held;

    /**
     * One that does not hold before the first check-in.
     *
     * @param nanoTime a clock that nobody sets, but that stands still while the machine is suspended
     * @param wallClock one that goes on meanwhile
     */
    Lease(Duration length, LongSupplier nanoTime, InstantSource wallClock) {
        this.length = length;
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
        this.held = new Validity(0, nanoTime.getAsLong(), nanoTime.getAsLong(), wallClock.millis(), Duration.ZERO);
    }

    /**
     * It runs out by whichever clock comes first: a suspended machine stops the one, people set the other.
     *
     * @param fromNanos when the check-in began, by either clock
     * @param good for so long from then on
     */
    private record Validity(long term, long sinceNanos, long fromNanos, long fromMillis, Duration good) {}

    private boolean runs(Validity one) {
        return nanoTime.getAsLong() - one.fromNanos() < one.good().toNanos()
                && wallClock.millis() - one.fromMillis() < one.good().toMillis();
    }

    /** Whether others still count this node as alive, for all that it knows. */
    boolean holds() {
        return runs(held);
    }

    /** Whether it has been counted as alive without a break since that term. What was claimed in another must not begin. */
    boolean holdsSince(long term) {
        Validity current = held;
        return current.term() == term && runs(current);
    }

    /** Which term it is: to be asked before something is claimed. */
    long term() {
        return held.term();
    }

    /** Whether it has held without a break for as long as one check-in is good. */
    boolean hasHeldForItsLength() {
        Validity current = held;
        return runs(current) && nanoTime.getAsLong() - current.sinceNanos() >= length.toNanos();
    }

    Duration length() {
        return length;
    }

    /** The machine's steady clock. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /**
     * A check-in begins: what is returned is told, once that is committed, whether others may have taken over meanwhile what
     * this node had.
     */
    Extension checkIn() {
        long nanos = nanoTime.getAsLong();
        long millis = wallClock.millis();
        return isNew -> extend(nanos, millis, isNew);
    }

    /** What a committed check-in does to the lease. */
    interface Extension {
        void committed(boolean isNew);
    }

    private synchronized void extend(long nanos, long millis, boolean isNew) {
        boolean isSameTerm = !isNew && runs(held);
        held = new Validity(
                isSameTerm ? held.term() : held.term() + 1,
                isSameTerm ? held.sinceNanos() : nanos,
                nanos,
                millis,
                length);
    }

    /** The last check-in is good for no longer than that: others may no longer wait for the lease. The next one is as ever. */
    synchronized void shorten(Duration good) {
        if (good.compareTo(held.good()) < 0) {
            held = new Validity(held.term(), held.sinceNanos(), held.fromNanos(), held.fromMillis(), good);
        }
    }

    @Override
    public String toString() {
        return "lease " + TimeUnit.MILLISECONDS.toSeconds(length.toMillis()) + " s";
    }
}
