package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.quartz.JobPersistenceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets wait again what this node has claimed and does not fire. What the database does not take now stays {@link Held} and
 * is offered again: as long as the node lives nobody else would look after it. Thread-safe.
 */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);

    private final FiredTable fired;
    private final GateTable gates;
    private final Held held;
    private final Transactions transactions;

    /** What is done in one; what it returns means nothing. */
    interface Work {
        Object in(Connection connection) throws SQLException;
    }

    /** Runs work in transactions of its own. */
    interface Transactions {
        void run(Work work) throws JobPersistenceException;
    }

    Returns(FiredTable fired, GateTable gates, Held held, Transactions transactions) {
        this.fired = fired;
        this.gates = gates;
        this.held = held;
        this.transactions = transactions;
    }

    /** @param notBefore in milliseconds since 1970, by the database's clock */
    void putBack(Collection<FiredOneShot> firings, long notBefore) {
        held.returning(firings, notBefore);
        try {
            write(firings, notBefore);
        } catch (JobPersistenceException e) {
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
        for (Map.Entry<Long, List<FiredOneShot>> owed : held.returning().entrySet()) {
            write(owed.getValue(), owed.getKey());
        }
    }

    /** Giving back twice changes nothing: the second finds nothing to strike off. */
    private void write(Collection<FiredOneShot> firings, long notBefore) throws JobPersistenceException {
        transactions.run(connection -> {
            FiredTable.Ended undone = fired.putBack(connection, firings, notBefore);
            gates.giveBack(connection, undone.gated());
            return undone;
        });
        firings.forEach(held::gone);
    }
}
