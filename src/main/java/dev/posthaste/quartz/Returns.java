package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.quartz.JobPersistenceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets wait again what this node has claimed and does not fire. What the database does not take now is kept and offered
 * again: as long as the node lives nobody else would look after it. Thread-safe.
 */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);

    private final FiredTable fired;
    private final GateTable gates;
    private final Transactions transactions;
    private final Queue<Owed> owed = new ConcurrentLinkedQueue<>();

    private record Owed(Collection<FiredOneShot> firings, long notBefore) {}

    /** What is done in one; what it returns means nothing. */
    interface Work {
        Object in(Connection connection) throws SQLException;
    }

    /** Runs work in transactions of its own. */
    interface Transactions {
        void run(Work work) throws JobPersistenceException;
    }

    Returns(FiredTable fired, GateTable gates, Transactions transactions) {
        this.fired = fired;
        this.gates = gates;
        this.transactions = transactions;
    }

    /** @param notBefore in milliseconds since 1970, by the database's clock */
    void putBack(Collection<FiredOneShot> firings, long notBefore) {
        Owed one = new Owed(firings, notBefore);
        try {
            write(one);
        } catch (JobPersistenceException e) {
            owed.add(one);
            LOG.warn(
                    "{} claimed triggers could not be given back yet, first {}: {}. That is tried again; should this node"
                            + " end before, they fire again once it is counted as dead",
                    firings.size(),
                    firings.iterator().next().key(),
                    e.getMessage());
        }
    }

    /** Offers again what was not taken. */
    void again() throws JobPersistenceException {
        for (Owed one = owed.poll(); one != null; one = owed.poll()) {
            try {
                write(one);
            } catch (JobPersistenceException e) {
                owed.add(one);
                throw e;
            }
        }
    }

    private void write(Owed one) throws JobPersistenceException {
        transactions.run(connection -> {
            FiredTable.Ended undone = fired.putBack(connection, one.firings(), one.notBefore());
            gates.giveBack(connection, undone.gated());
            return undone;
        });
    }
}
