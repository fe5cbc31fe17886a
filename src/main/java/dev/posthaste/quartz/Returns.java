package dev.posthaste.quartz;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.quartz.JobPersistenceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets wait again what this node has claimed and does not fire. What the database does not take now stays {@link Held} and
 * is offered again: as long as the node lives nobody else would look after it. Thread-safe.
 */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);

    private static final long SAID_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final FiredTable fired;
    private final GateTable gates;
    private final Held held;
    private final Transactions transactions;
    private final AtomicLong nextLine = new AtomicLong(System.nanoTime());
    private final AtomicInteger unsaid = new AtomicInteger();

    Returns(FiredTable fired, GateTable gates, Held held, Transactions transactions) {
        this.fired = fired;
        this.gates = gates;
        this.held = held;
        this.transactions = transactions;
    }

    /** Lets the firings wait again, now or at the next check-in. */
    void putBack(Collection<FiredOneShot> firings, Return back) {
        held.returning(firings, back);
        try {
            write(firings, back);
        } catch (JobPersistenceException e) {
            warn(firings, e);
        }
    }

    /** Where descriptors are short, hundreds are given back at the same time, and there is none for the database either. */
    private void warn(Collection<FiredOneShot> firings, JobPersistenceException why) {
        long now = System.nanoTime();
        long due = nextLine.get();
        int waiting = unsaid.addAndGet(firings.size());
        if (now - due >= 0 && nextLine.compareAndSet(due, now + SAID_EVERY_NANOS)) {
            unsaid.addAndGet(-waiting);
            LOG.warn(
                    "{} claimed triggers could not be given back yet since this was last said, among them {}: {}. That is"
                            + " tried again; should this node end before, they fire again once it is counted as dead",
                    waiting,
                    firings.iterator().next().key(),
                    why.getMessage());
        }
    }

    /** Offers again what was not taken. */
    void again() throws JobPersistenceException {
        for (Map.Entry<Return, List<FiredOneShot>> owed : held.returning().entrySet()) {
            write(owed.getValue(), owed.getKey());
        }
    }

    /** Giving back twice changes nothing: the second finds nothing to strike off. */
    private void write(Collection<FiredOneShot> firings, Return back) throws JobPersistenceException {
        transactions.run(connection -> {
            FiredTable.Ended undone = fired.putBack(connection, firings, back.notBefore());
            if (back.unsent()) {
                gates.undo(connection, undone.gated());
            } else {
                gates.giveBack(connection, undone.gated());
            }
            return undone;
        });
        firings.forEach(held::gone);
    }
}
