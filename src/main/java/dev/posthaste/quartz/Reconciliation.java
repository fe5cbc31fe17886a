package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.quartz.JobPersistenceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the database says that this node holds with what it does hold. Called by the check-in only.
 */
final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    private final String instance;
    private final FiredTable fired;
    private final Held held;
    private final Dispatcher dispatcher;
    private final Transactions transactions;
    private final Consumer<Collection<FiredOneShot>> putBack;

    /** @param putBack lets firings wait again */
    Reconciliation(
            String instance,
            FiredTable fired,
            Held held,
            Dispatcher dispatcher,
            Transactions transactions,
            Consumer<Collection<FiredOneShot>> putBack) {
        this.instance = instance;
        this.fired = fired;
        this.held = held;
        this.dispatcher = dispatcher;
        this.transactions = transactions;
        this.putBack = putBack;
    }

    /** The commit of a claim whose answer was lost: the database says that it is this node's, and nobody else looks after it. */
    void giveBackWhatIsNotHeld() throws JobPersistenceException {
        long settled = dispatcher.settledClaim();
        List<FiredOneShot> stored = transactions.run(this::stored);
        List<FiredOneShot> unknown = new ArrayList<>(held.unknownAmong(stored).stream()
                .filter(firing -> Dispatcher.numberOf(firing) <= settled)
                .toList());
        if (unknown.isEmpty()) {
            return;
        }
        // Whatever ended after the first look was committed before the node forgot it, so that the second does not find
        // it.
        unknown.retainAll(Set.copyOf(transactions.run(this::stored)));
        if (!unknown.isEmpty()) {
            LOG.warn(
                    "The database says that this node has {} firings that it does not know of, first {}: a claim was committed"
                            + " whose answer was lost. They are given back",
                    unknown.size(),
                    unknown.get(0).key().name());
            putBack.accept(unknown);
        }
    }

    private List<FiredOneShot> stored(Connection connection) throws SQLException {
        return fired.of(connection, instance);
    }
}
