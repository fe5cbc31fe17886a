package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds who is dead and takes over what that one had, step by step, each in a transaction of its own that passes over what
 * is locked or waits for it but shortly. Used by one thread at a time, but for {@link #takeOvers}.
 */
final class TakeOver {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);

    private final Membership membership;
    private final Recovery recovery;
    private final InheritedRecovery inherited;
    private final ShortWaits transactions;
    private final Runnable recovered;
    private final DeadSessions deadSessions = new DeadSessions();
    private final AtomicLong takeOvers = new AtomicLong();
    private boolean othersCanBeDismissed;

    /** See {@link InheritedPath#recover}. */
    interface InheritedRecovery {
        void recover(Connection connection, List<String> dead) throws SQLException;
    }

    /**
     * @param soleNode whether nobody else can be using the database, so that all others are dead at the first check-in
     * @param recovered told when something of the dead waits again
     */
    TakeOver(
            Membership membership,
            Recovery recovery,
            InheritedRecovery inherited,
            ShortWaits transactions,
            boolean soleNode,
            Runnable recovered) {
        this.membership = membership;
        this.recovery = recovery;
        this.inherited = inherited;
        this.transactions = transactions;
        this.othersCanBeDismissed = soleNode;
        this.recovered = recovered;
    }

    /** First, and by itself, because it may have to wait for another survivor who fell while doing the same. */
    void entomb() throws SQLException {
        takeOvers.addAndGet(transactions.run(connection -> {
            int members = othersCanBeDismissed ? membership.dismissOthers(connection) : 0;
            membership.entomb(connection);
            return members;
        }));
        othersCanBeDismissed = false;
    }

    /**
     * Before anything of the dead is taken over: what their sessions hold would be passed over. The dead cannot check in
     * meanwhile, so that no session of a node that is alive again is ended.
     */
    void endDeadSessions() {
        try {
            transactions.run(connection -> {
                List<String> dead = membership.expired(connection);
                if (!dead.isEmpty()) {
                    deadSessions.end(connection, dead);
                }
                return true;
            });
        } catch (SQLException e) {
            deadSessions.notEnded(e);
        }
    }

    /** What keeps this node a member while it works. */
    interface Breath {
        void take() throws SQLException;
    }

    /**
     * Who comes back after the first piece finds no row of its own, and so knows that it was taken for dead.
     *
     * @param between pieces: nobody may be taken for dead for what he takes over
     */
    void recoverOneShots(Breath between) throws SQLException {
        Taken taken = transactions.run(connection -> {
            List<String> dead = membership.dead(connection);
            return dead.isEmpty()
                    ? Taken.NOTHING
                    : new Taken(dead, recovery.recover(connection, dead), membership.remove(connection, dead));
        });
        takeOvers.addAndGet(taken.members());
        if (taken.isWorthTelling()) {
            LOG.warn("This node has taken over what {} had: dead, or gone and left it behind", taken.nodes());
        }
        if (!taken.nodes().isEmpty()) {
            int more;
            do {
                recovered.run();
                between.take();
                more = transactions.run(connection -> recovery.recoverMore(connection, taken.nodes()));
            } while (more > 0);
        }
    }

    /**
     * Of the dead. Another node may have begun with them and have left some of what they had: to that one they were members.
     *
     * @param firings that wait again, or are over; more may follow
     * @param members how many of the nodes were
     */
    private record Taken(List<String> nodes, int firings, int members) {
        private static final Taken NOTHING = new Taken(List.of(), 0, 0);

        private boolean isWorthTelling() {
            return firings > 0 || members > 0;
        }
    }

    /**
     * How many nodes this one has taken for dead since its start. A node is to one other only, however many take over a part
     * of what it had, and one that has left, with something in flight, to nobody.
     */
    long takeOvers() {
        return takeOvers.get();
    }

    /** By itself, because it needs Quartz's lock over the cluster, which anybody may hold. */
    void recoverInherited() throws SQLException {
        transactions.run(connection -> {
            membership.entomb(connection);
            List<String> dead = membership.dead(connection);
            if (!dead.isEmpty()) {
                inherited.recover(connection, dead);
            }
            return true;
        });
    }
}
