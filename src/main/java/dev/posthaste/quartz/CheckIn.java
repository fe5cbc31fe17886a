package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.quartz.JobPersistenceException;

/**
 * What a node does each time that it checks in: it extends its lease, then looks after what it owes and after the dead. Each
 * part is a transaction of its own: none that has to do with others keeps this node from being seen. Used by one thread at
 * a time.
 */
final class CheckIn implements CheckIns.Work {
    /** Recovery that meets a lock comes back with the next check-in. */
    private static final int PATIENCE_MS = 1_000;

    private final Membership membership;
    private final DatabaseClock clock;
    private final Returns returns;
    private final Reconciliation reconciliation;
    private final GateTable gates;
    private final Recovery recovery;
    private final InheritedRecovery inherited;
    private final Transactions transactions;
    private final Runnable recovered;
    private final DeadSessions deadSessions = new DeadSessions();
    private boolean othersCanBeDismissed;

    /** Takes over what the dead had on the inherited path, and removes them from the members. */
    interface InheritedRecovery {
        void recover(Connection connection, List<String> dead) throws JobPersistenceException;
    }

    /**
     * @param soleNode whether nobody else can be using the database, so that all others are dead at the first check-in
     * @param recovered told when something of the dead waits again
     */
    CheckIn(
            Membership membership,
            DatabaseClock clock,
            Returns returns,
            Reconciliation reconciliation,
            GateTable gates,
            Recovery recovery,
            InheritedRecovery inherited,
            Transactions transactions,
            boolean soleNode,
            Runnable recovered) {
        this.membership = membership;
        this.clock = clock;
        this.returns = returns;
        this.reconciliation = reconciliation;
        this.gates = gates;
        this.recovery = recovery;
        this.inherited = inherited;
        this.transactions = transactions;
        this.othersCanBeDismissed = soleNode;
        this.recovered = recovered;
    }

    @Override
    public void run() throws JobPersistenceException {
        transactions.run(membership::checkIn).run();
        transactions.run(connection -> {
            clock.synchronize(connection);
            return true;
        });
        returns.again();
        reconciliation.giveBackWhatNobodyBegins();
        reconciliation.giveBackWhatIsNotHeld();
        endDeadSessions();
        boolean anyWaitAgain = transactions.run(connection -> {
            waitForNobodyLong(connection);
            gates.repair(connection);
            return recoverDead(connection);
        });
        if (anyWaitAgain) {
            recovered.run();
        }
    }

    /**
     * Before anything of the dead is taken over: what their sessions hold would be passed over. The dead cannot check in
     * meanwhile, so that no session of a node that is alive again is ended.
     */
    private void endDeadSessions() {
        try {
            transactions.run(connection -> {
                waitForNobodyLong(connection);
                List<String> dead = membership.expired(connection);
                if (!dead.isEmpty()) {
                    deadSessions.end(connection, dead);
                }
                return true;
            });
        } catch (JobPersistenceException e) {
            deadSessions.notEnded(e);
        }
    }

    /** What keeps this node alive waits for no lock that somebody else holds, a dead host's sessions among them. */
    private static void waitForNobodyLong(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '" + PATIENCE_MS + "ms'");
        }
    }

    private boolean recoverDead(Connection connection) throws SQLException, JobPersistenceException {
        if (othersCanBeDismissed) {
            membership.dismissOthers(connection);
        }
        othersCanBeDismissed = false;
        List<String> dead = membership.dead(connection);
        if (dead.isEmpty()) {
            return false;
        }
        recovery.recover(connection, dead);
        inherited.recover(connection, dead);
        return true;
    }
}
