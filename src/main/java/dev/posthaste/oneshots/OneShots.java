package dev.posthaste.oneshots;

import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one-shots of a database, for callers that own the transaction: nothing here commits or rolls back. Every method is
 * set-based, a statement or two whatever the size of the batch. Thread-safe; a connection is not.
 */
public final class OneShots {
    /** Told of what has been committed on this node, so that it need not look for it. */
    interface Listener {
        void stored(Collection<OneShot> oneShots);

        void gateChanged(String group);
    }

    private final String schedulerName;
    private final OneShotTable table;
    private final FiredTable fired;
    private final GateTable gates;
    private final Trace trace = new Trace();
    private volatile @Nullable Listener listener;

    /** @param schedulerName all nodes that share a database use the same */
    public OneShots(String schedulerName) {
        this.schedulerName = schedulerName;
        this.table = new OneShotTable(schedulerName);
        this.fired = new FiredTable(schedulerName);
        this.gates = new GateTable(schedulerName);
    }

    /** What all nodes that share the database call it. */
    public String schedulerName() {
        return schedulerName;
    }

    /** Tells, of what an operator follows, what becomes of it on this node. */
    public Trace trace() {
        return trace;
    }

    /** Adds triggers. A key that exists already is an error. After the commit call {@link #committed}. */
    public void store(Connection connection, List<OneShot> oneShots) throws SQLException {
        insertion(oneShots).execute(connection);
    }

    /** What {@link #store} executes, for who sends it to the database together with other statements. */
    public BoundStatement insertion(List<OneShot> oneShots) {
        return table.insertion(oneShots);
    }

    /** Adds triggers together with the commit, after which this node's scheduler knows of them. */
    public void storeAtCommit(Transaction transaction, List<OneShot> oneShots) {
        if (!oneShots.isEmpty()) {
            transaction.atCommit(List.of(insertion(oneShots)));
            transaction.afterCommit(() -> committed(oneShots));
        }
    }

    /** Wakes this node's scheduler for triggers that have just been committed. Cheap; takes no connection. */
    public void committed(Collection<OneShot> oneShots) {
        Listener told = listener;
        if (told != null && !oneShots.isEmpty()) {
            told.stored(oneShots);
        }
    }

    /**
     * Ends firings.
     *
     * @return those that this node still owned. What is missing was recovered by another node meanwhile: its
     *     outcome must not be recorded (fencing).
     */
    public Set<ClaimedOneShot> complete(Connection connection, Collection<ClaimedOneShot> firings) throws SQLException {
        FiredTable.Ended ended = fired.complete(connection, firings);
        gates.countOut(connection, ended.gated());
        return ended.owned();
    }

    /** Those of the firings that this node still owns: the others have ended, or another node has taken them over. */
    public Set<ClaimedOneShot> owned(Connection connection, Collection<ClaimedOneShot> firings) throws SQLException {
        return fired.owned(connection, firings);
    }

    /** Removes triggers that are still waiting, and returns those; one that is claimed meanwhile stays. */
    public Set<OneShotKey> remove(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return table.delete(connection, keys);
    }

    /**
     * Removes triggers of a group that are still waiting, in any order; those that are being claimed stay.
     *
     * @param max so many at most
     */
    public Set<OneShotKey> removeWaiting(Connection connection, String group, int max) throws SQLException {
        return table.deleteWaiting(connection, group, max);
    }

    /** Keeps a trigger that is still waiting from being claimed until the transaction ends; false when it is not. */
    public boolean hold(Connection connection, OneShotKey key) throws SQLException {
        return table.hold(connection, key);
    }

    /**
     * Moves a trigger that is still waiting, to what the one-shot with its key says; false when it is not. Holds its row
     * until the transaction ends, so that it cannot be claimed meanwhile.
     */
    public boolean reschedule(Connection connection, OneShot moved) throws SQLException {
        return table.reschedule(connection, moved.key(), moved.due(), moved.priority(), moved.weight());
    }

    /** The same, and what it weighs is as before. */
    public boolean reschedule(Connection connection, OneShotKey key, Instant due, int priority) throws SQLException {
        return table.reschedule(connection, key, due, priority, null);
    }

    /**
     * Puts a gate up before a group, or changes it. Other nodes claim by it from their next look on, a quarter of a second as
     * a rule, whatever waits behind it. After the commit call {@link #gateCommitted}.
     */
    public void setGate(Connection connection, String group, Gate gate) throws SQLException {
        gates.set(connection, group, gate);
    }

    /** Holds groups back until {@link #resume}, each beside the limits that its gate has. */
    public void pause(Connection connection, Collection<String> groups) throws SQLException {
        gates.pause(connection, groups);
    }

    /** Undoes {@link #pause}. After the commit call {@link #gateCommitted} for each. */
    public void resume(Connection connection, Collection<String> groups) throws SQLException {
        gates.resume(connection, groups);
    }

    /** The groups that are held back, by {@link #pause} or by their gates. */
    public Set<String> paused(Connection connection) throws SQLException {
        return gates.paused(connection);
    }

    /** What waits and what has been claimed, of all groups that have any. Reads all of it: not for what runs often. */
    public List<GroupBacklog> backlog(Connection connection) throws SQLException {
        return GroupBacklog.read(connection, schedulerName);
    }

    /** Takes a group's gate away with the group. */
    public void removeGate(Connection connection, String group) throws SQLException {
        gates.remove(connection, group);
    }

    /** Tells this node's scheduler that a gate has just changed. */
    public void gateCommitted(String group) {
        Listener told = listener;
        if (told != null) {
            told.gateChanged(group);
        }
    }

    /** Which of these have not been claimed yet, whatever holds them back. */
    public Set<OneShotKey> waiting(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return table.waiting(connection, keys);
    }

    /** Which of these have been claimed and have not ended. */
    public Set<OneShotKey> inFlight(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return fired.executing(connection, keys);
    }

    /** Everything of a kind that has been claimed and has not ended, on all nodes: as many as those have slots, dead ones included, at most. */
    public Set<OneShotKey> inFlight(Connection connection, String kind) throws SQLException {
        return fired.executing(connection, kind);
    }

    /** Whether a group has triggers, waiting or in flight. */
    public boolean hasAny(Connection connection, String group) throws SQLException {
        return table.hasAny(connection, group);
    }

    /** The nodes that share the database, and those that have left something behind, by their names. */
    public List<Member> members(Connection connection) throws SQLException {
        return Member.all(connection, schedulerName);
    }

    /**
     * Since when, or from when on, the first one waits that no pause holds back; empty when none does. Two probes of an index
     * for each group with something waiting.
     */
    public Optional<Instant> firstWaiting(Connection connection) throws SQLException {
        Set<String> paused = gates.paused(connection);
        return new OneShotClaim(schedulerName)
                .discover(connection).stream()
                        .filter(waiting -> !paused.contains(waiting.group()))
                        .map(waiting -> Instant.ofEpochMilli(waiting.notBefore()))
                        .min(Comparator.naturalOrder());
    }

    // ---- for who looks whether all is as it should be

    /**
     * A trigger that has not been claimed.
     *
     * @param kind of what it sets off
     */
    public record Waiting(OneShotKey key, String kind) {
        /** Before all of them. */
        public static final OneShotKey START = new OneShotKey("", "");
    }

    /** Triggers that have not been claimed, by their names, then by their groups, so many at most. */
    public List<Waiting> waitingAfter(Connection connection, OneShotKey after, int max) throws SQLException {
        return table.after(connection, after, max);
    }

    /**
     * Those of the triggers that neither wait nor are in flight. The transaction must see one moment, as one that is repeatable
     * read does: one that is claimed or put back between two would seem to be nowhere.
     */
    public Set<OneShotKey> missing(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        Set<OneShotKey> absent = table.absent(connection, keys);
        if (!absent.isEmpty()) {
            absent.removeAll(fired.executing(connection, absent));
        }
        return absent;
    }

    /** The gates of those of the groups that have one. */
    public Map<String, Gate> gates(Connection connection, Collection<String> groups) throws SQLException {
        return gates.of(connection, groups);
    }

    /** Makes true again what gates have counted, and returns how many were wrong. */
    public int repairGates(Connection connection) throws SQLException {
        return gates.repair(connection);
    }

    /**
     * Claims of who is no member, and how many firings of each have not ended. Each check-in of a member recovers them, so that
     * one that is seen twice within more than seconds is one that nobody can recover.
     */
    public Map<String, Integer> claimedByNobody(Connection connection) throws SQLException {
        return fired.ofNobody(connection);
    }

    /** Has this node's scheduler told of what is committed. */
    void tell(Listener scheduler) {
        listener = scheduler;
    }
}
