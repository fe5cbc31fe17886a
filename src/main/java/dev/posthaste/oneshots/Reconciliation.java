package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the database says that this node holds with what it does hold, and that with what threads will begin.
 * Called by the check-in only, but for {@link #lost}.
 */
final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** So many check-ins find a firing due and not begun while nothing waits for a thread, before it counts as lost. */
    private static final int LOOKS = 10;

    private final String instance;
    private final FiredTable fired;
    private final Held held;
    private final Dispatcher dispatcher;
    private final Slots slots;
    private final DatabaseClock clock;
    private final Transactions transactions;
    private final Consumer<Collection<ClaimedOneShot>> putBack;
    private final Map<ClaimedOneShot, Integer> overdue = new HashMap<>();
    private final AtomicLong lost = new AtomicLong();

    /** @param putBack lets firings wait again */
    Reconciliation(
            String instance,
            FiredTable fired,
            Held held,
            Dispatcher dispatcher,
            Slots slots,
            DatabaseClock clock,
            Transactions transactions,
            Consumer<Collection<ClaimedOneShot>> putBack) {
        this.instance = instance;
        this.fired = fired;
        this.held = held;
        this.dispatcher = dispatcher;
        this.slots = slots;
        this.clock = clock;
        this.transactions = transactions;
        this.putBack = putBack;
    }

    /** The commit of a claim whose answer was lost: the database says that it is this node's, and nobody else looks after it. */
    void putBackWhatIsNotHeld() throws SQLException {
        long settled = dispatcher.settledClaim();
        List<ClaimedOneShot> stored = transactions.run(this::stored);
        List<ClaimedOneShot> unknown = new ArrayList<>(held.unknownAmong(stored).stream()
                .filter(firing -> Dispatcher.numberOf(firing) <= settled)
                .toList());
        if (unknown.isEmpty()) {
            return;
        }
        // What ended after the first look was committed before the node forgot it: the second look does not find it.
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

    /**
     * What was lost between its claim and its thread, by an {@code Error} between two lines: it is held, and nobody will ever
     * begin it. Should somebody all the same, it is held no longer, and does not begin.
     */
    void putBackWhatNobodyBegins() {
        if (slots.anyWaits()) {
            // One that waits in line is not to be told from one that is lost.
            return;
        }
        long now = clock.millis();
        List<ClaimedOneShot> due = held.notBegun().stream()
                .filter(firing -> firing.due().toEpochMilli() <= now)
                .toList();
        overdue.keySet().retainAll(Set.copyOf(due));
        due.forEach(firing -> overdue.merge(firing, 1, Integer::sum));
        List<ClaimedOneShot> late = due.stream()
                .filter(firing -> overdue.getOrDefault(firing, 0) >= LOOKS)
                .toList();
        // One that has begun since it was looked at is being sent.
        List<ClaimedOneShot> never = held.returningUnbegun(late, Return.AT_ONCE);
        if (!never.isEmpty()) {
            LOG.error(
                    "{} claimed firings, first {}, were lost on the way to their threads; they are given back. Please"
                            + " report this",
                    never.size(),
                    never.get(0).key());
            lost.addAndGet(never.size());
            overdue.keySet().removeAll(Set.copyOf(never));
            putBack.accept(never);
            slots.giveUp(never);
        }
    }

    /** How many firings were lost on the way to their threads since this node started. */
    long lost() {
        return lost.get();
    }

    private List<ClaimedOneShot> stored(Connection connection) throws SQLException {
        return fired.of(connection, instance);
    }
}
