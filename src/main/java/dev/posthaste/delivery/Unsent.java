package dev.posthaste.delivery;

import dev.posthaste.oneshots.PutBackException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back what could not be sent for want of a resource of ours, and tells the operator, who can do something about it:
 * one line in a few seconds, because thousands may be put back in that time. Thread-safe.
 */
final class Unsent {
    private static final Logger LOG = LoggerFactory.getLogger(Unsent.class);
    private static final long SAID_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanos;
    private final AtomicLong nextLine;
    private final AtomicLong unsaid = new AtomicLong();

    Unsent() {
        this(System::nanoTime);
    }

    Unsent(LongSupplier nanos) {
        this.nanos = nanos;
        this.nextLine = new AtomicLong(nanos.getAsLong());
    }

    /** What the firing is to end with. */
    PutBackException putBack(String what, UnsentException why) {
        long now = nanos.getAsLong();
        long due = nextLine.get();
        if (now - due >= 0 && nextLine.compareAndSet(due, now + SAID_EVERY_NANOS)) {
            LOG.warn(
                    "{} could not be sent: {}. It is put back and sent soon, which counts as no attempt; {} others were put"
                            + " back since this was last said",
                    what,
                    why.getMessage(),
                    unsaid.getAndSet(0));
        } else {
            unsaid.incrementAndGet();
        }
        return new PutBackException(why);
    }
}
