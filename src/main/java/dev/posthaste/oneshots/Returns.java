package dev.posthaste.oneshots;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets wait again what this node has claimed and does not fire. One writes at a time, for all who come meanwhile: hundreds
 * may, and connections are few. What the database does not take now stays {@link Held} and is offered again by the
 * check-in: as long as the node lives nobody else would look after it. Thread-safe.
 */
final class Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Returns.class);

    private final FiredTable fired;
    private final GateTable gates;
    private final Held held;
    private final DatabaseClock clock;
    private final Transactions transactions;
    private final Transactions ofCheckIns;
    private final Duration patience;
    private final Consumer<Collection<ClaimedOneShot>> waitAgain;
    private final Trace trace;
    private final Queue<ClaimedOneShot> fresh = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();
    private final Set<String> stuck = new HashSet<>(); // By the lock.
    private final SeldomSaid failed = new SeldomSaid(System::nanoTime);

    /**
     * @param transactions for who puts back
     * @param ofCheckIns for the check-in, which waits for nobody's connection; neither waits long for a lock
     * @param patience after which the check-in begins with no other: the lease is to be extended
     * @param waitAgain told of what is held no longer
     */
    Returns(
            FiredTable fired,
            GateTable gates,
            Held held,
            DatabaseClock clock,
            Transactions transactions,
            Transactions ofCheckIns,
            Duration patience,
            Consumer<Collection<ClaimedOneShot>> waitAgain,
            Trace trace) {
        this.fired = fired;
        this.gates = gates;
        this.held = held;
        this.clock = clock;
        this.transactions = transactions;
        this.ofCheckIns = ofCheckIns;
        this.patience = patience;
        this.waitAgain = waitAgain;
        this.trace = trace;
    }

    /** Lets those of the firings that are held wait again: now, soon by who is writing just now, or at the next check-in. */
    void putBack(Collection<ClaimedOneShot> firings, Return back) {
        add(firings, back);
        // Asked again after the lock: who came meanwhile has relied on it.
        while (!fresh.isEmpty() && writing.tryLock()) {
            writeFresh();
        }
    }

    /** The same, and returns when it has been tried. */
    void putBackNow(Collection<ClaimedOneShot> firings, Return back) {
        add(firings, back);
        writing.lock();
        writeFresh();
    }

    private void add(Collection<ClaimedOneShot> firings, Return back) {
        held.returning(firings, back);
        fresh.addAll(firings);
    }

    /** What the database says that this node has and it does not know of: it waits again at once. By the check-in. */
    void adopt(Collection<ClaimedOneShot> unknown) {
        trace.sayOfEach(unknown, "this node did not know of it: the answer to its claim was lost");
        held.claimed(unknown);
        held.returning(unknown, Return.AT_ONCE);
        try {
            again();
        } catch (SQLException e) {
            warn(unknown, e);
        }
    }

    /** Holds the lock, and gives it back. */
    private void writeFresh() {
        try {
            Set<ClaimedOneShot> some = new HashSet<>();
            for (ClaimedOneShot one = fresh.poll(); one != null; one = fresh.poll()) {
                some.add(one);
            }
            for (Map.Entry<Return, List<ClaimedOneShot>> owed : owed().entrySet()) {
                List<ClaimedOneShot> firings =
                        owed.getValue().stream().filter(some::contains).toList();
                SQLException failure = tryToWrite(transactions, firings, owed.getKey());
                if (failure != null) {
                    warn(firings, failure);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    /** Where descriptors are short, hundreds are given back at the same time, and there is none for the database either. */
    private void warn(Collection<ClaimedOneShot> firings, SQLException why) {
        failed.say(
                firings.size(),
                waiting -> LOG.warn(
                        "{} claimed triggers could not be given back yet since this was last said, among them {}: {}. That is"
                                + " tried again; should this node end before, they fire again once it is counted as dead",
                        waiting,
                        firings.iterator().next().key(),
                        why.getMessage()));
    }

    /**
     * Offers again what was not taken: all of it together, then by their groups, so that one whose gate somebody holds keeps
     * back no other. By the check-in.
     *
     * @throws SQLException the first failure, after the others have had their turn
     */
    void again() throws SQLException {
        if (!held.owesAny() || !writing.tryLock()) {
            return;
        }
        try {
            long until = clock.steadyMs() + patience.toMillis();
            SQLException failure = null;
            for (Batch batch : batches()) {
                SQLException one = tryToWrite(ofCheckIns, batch.firings(), batch.back());
                if (one == null) {
                    stuck.removeAll(groups(batch.firings()));
                } else {
                    stuck.addAll(groups(batch.firings()));
                    failure = failure == null ? one : failure;
                }
                if (clock.steadyMs() - until >= 0) {
                    break;
                }
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            writing.unlock();
        }
    }

    private record Batch(List<ClaimedOneShot> firings, Return back) {}

    /** Those whose groups did not fail the last time come first, together; the others each by itself, in any order. */
    private List<Batch> batches() {
        List<Batch> together = new ArrayList<>();
        List<Batch> apart = new ArrayList<>();
        Map<Return, List<ClaimedOneShot>> owed = owed();
        stuck.retainAll(groups(owed.values().stream().flatMap(List::stream).toList()));
        owed.forEach((back, firings) -> {
            Map<String, List<ClaimedOneShot>> byGroup = firings.stream()
                    .collect(Collectors.groupingBy(one -> one.key().group()));
            List<ClaimedOneShot> free = new ArrayList<>();
            byGroup.forEach((group, some) -> {
                if (stuck.contains(group)) {
                    apart.add(new Batch(some, back));
                } else {
                    free.addAll(some);
                }
            });
            if (!free.isEmpty()) {
                together.add(new Batch(free, back));
            }
        });
        Collections.shuffle(apart);
        together.addAll(apart);
        return together;
    }

    private static Set<String> groups(Collection<ClaimedOneShot> firings) {
        return firings.stream().map(one -> one.key().group()).collect(Collectors.toSet());
    }

    /** What has been owed for so long that it may fire at once is all the same by now. */
    private Map<Return, List<ClaimedOneShot>> owed() {
        long now = clock.millis();
        return held.returning().entrySet().stream()
                .collect(Collectors.toMap(
                        owed -> owed.getKey().notBefore() <= now
                                ? new Return(0, owed.getKey().unsent())
                                : owed.getKey(),
                        Map.Entry::getValue,
                        (some, others) -> {
                            List<ClaimedOneShot> all = new ArrayList<>(some);
                            all.addAll(others);
                            return all;
                        }));
    }

    /** Giving back twice changes nothing: the second finds nothing to strike off. */
    private @Nullable SQLException tryToWrite(Transactions through, Collection<ClaimedOneShot> firings, Return back) {
        if (firings.isEmpty()) {
            return null;
        }
        try {
            through.run(connection -> {
                FiredTable.Ended undone = fired.putBack(connection, firings, back.notBefore());
                if (back.unsent()) {
                    gates.undo(connection, undone.gated());
                } else {
                    gates.countOut(connection, undone.gated());
                }
                return undone;
            });
        } catch (SQLException e) {
            if (trace.isOn()) {
                trace.sayOfEach(firings, "could not be put back yet: " + e.getMessage());
            }
            return e;
        }
        if (trace.isOn()) {
            trace.sayOfEach(firings, "put back, " + until(back));
        }
        firings.forEach(held::gone);
        waitAgain.accept(firings);
        return null;
    }

    private static String until(Return back) {
        return back.notBefore() == 0
                ? "and waits again as before"
                : "and waits until " + Instant.ofEpochMilli(back.notBefore());
    }
}
