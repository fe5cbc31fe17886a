package dev.posthaste.oneshots;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often in a row something has failed, for a log in which an outage is a line a minute. Used by one thread at a time.
 */
final class FailuresInARow {
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private int count;
    private long toldAt;

    /** @param nanoTime the machine's steady clock */
    FailuresInARow(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** One more: how many they are now, if that is to be told. */
    OptionalInt failed() {
        count++;
        long now = nanoTime.getAsLong();
        if (count > 1 && now - toldAt < EVERY_NANOS) {
            return OptionalInt.empty();
        }
        toldAt = now;
        return OptionalInt.of(count);
    }

    /** It has not failed: how many there were before that. */
    int ended() {
        int before = count;
        count = 0;
        return before;
    }
}
