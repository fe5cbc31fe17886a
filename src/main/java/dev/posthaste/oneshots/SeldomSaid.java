package dev.posthaste.oneshots;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Tells the operator the same only once in five seconds, and then of how many it is true. Thread-safe. */
final class SeldomSaid {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoTime;
    private final AtomicLong nextLine;
    private final AtomicInteger unsaid = new AtomicInteger();

    /** @param nanoTime the machine's steady clock */
    SeldomSaid(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextLine = new AtomicLong(nanoTime.getAsLong());
    }

    /** @param line is called, if it is time for a line, with how many it is to tell of */
    void say(int more, IntConsumer line) {
        long now = nanoTime.getAsLong();
        long due = nextLine.get();
        unsaid.addAndGet(more);
        if (now - due >= 0 && nextLine.compareAndSet(due, now + EVERY_NANOS)) {
            line.accept(unsaid.getAndSet(0));
        }
    }
}
