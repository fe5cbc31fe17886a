package dev.posthaste.oneshots;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does each time that it checks in: it extends its lease, then looks after what it owes and after the dead. Each
 * part is a transaction of its own that waits for nobody long, so that one which cannot be done keeps back no other. The lease
 * is extended between them when they take long together. Used by one thread at a time.
 */
final class CheckIn implements CheckIns.Work {
    private static final Logger LOG = LoggerFactory.getLogger(CheckIn.class);

    private final Duration interval;
    private final Membership membership;
    private final DatabaseClock clock;
    private final Returns returns;
    private final Reconciliation reconciliation;
    private final GateTable gates;
    private final TakeOver takeOver;
    private final Presence presence;
    private final Transactions transactions;
    private final AtomicLong gatesMended = new AtomicLong();
    private long checkedInAtNanos;

    private interface Part {
        void run() throws SQLException;
    }

    /**
     * @param interval after which the lease is to be extended again
     * @param presence by which it is extended; waits for an answer so shortly that there is time for another try
     * @param transactions for all else
     */
    CheckIn(
            Duration interval,
            Membership membership,
            DatabaseClock clock,
            Returns returns,
            Reconciliation reconciliation,
            GateTable gates,
            TakeOver takeOver,
            Presence presence,
            Transactions transactions) {
        this.interval = interval;
        this.membership = membership;
        this.clock = clock;
        this.returns = returns;
        this.reconciliation = reconciliation;
        this.gates = gates;
        this.takeOver = takeOver;
        this.presence = presence;
        this.transactions = transactions;
    }

    @Override
    public void run() throws SQLException {
        extendLease();
        transactions.run(connection -> {
            clock.synchronize(connection);
            return true;
        });
        part("What it owes could not be given back", returns::again);
        part("What nobody begins could not be looked for", reconciliation::putBackWhatNobodyBegins);
        part("What it holds could not be compared", reconciliation::putBackWhatIsNotHeld);
        part("The gates' counts could not be looked at", this::repairGates);
        part("Who left firings behind could not be looked for", takeOver::entomb);
        part("The sessions of the dead could not be ended", takeOver::endDeadSessions);
        part("The firings of the dead could not be recovered", () -> takeOver.recoverOneShots(this::extendLeaseIfDue));
        part("What the dead had of Quartz's own could not be recovered", takeOver::recoverInherited);
    }

    /** How many gates had counted wrongly since this node's start; by any thread. */
    long gatesMended() {
        return gatesMended.get();
    }

    private void extendLease() throws SQLException {
        checkedInAtNanos = membership.lease().nanoTime();
        presence.run(membership::checkIn).run();
    }

    private void extendLeaseIfDue() throws SQLException {
        if (membership.lease().nanoTime() - checkedInAtNanos >= interval.toNanos()) {
            extendLease();
        }
    }

    @SuppressWarnings("IllegalCatch") // Whatever it is, the others have their turn.
    private void part(String failed, Part part) throws SQLException {
        extendLeaseIfDue();
        try {
            part.run();
        } catch (SQLException | RuntimeException | Error e) {
            LOG.warn("{}; the next check-in tries again: {}", failed, e.toString(), e);
        }
    }

    private void repairGates() throws SQLException {
        gatesMended.addAndGet(transactions.run(gates::repair));
    }
}
