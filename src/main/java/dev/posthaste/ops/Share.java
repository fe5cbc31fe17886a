package dev.posthaste.ops;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A piece of time that work in pages has, from when this is made; none is left for a thread that is told to end. */
final class Share {
    private final LongSupplier nanoTime;
    private final long begun;
    private final Duration length;

    /** @param nanoTime a clock that nobody sets */
    Share(LongSupplier nanoTime, Duration length) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
        this.length = length;
    }

    boolean isLeft() {
        return nanoTime.getAsLong() - begun < length.toNanos()
                && !Thread.currentThread().isInterrupted();
    }
}
