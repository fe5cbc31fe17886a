package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The one-shot triggers of the clustered store, for callers that own the transaction: nothing here commits or rolls
 * back. Every method is set-based, a statement or two whatever the size of the batch. Thread-safe; a connection is not.
 */
public interface OneShots {
    /** Adds triggers. A key that exists already is an error. After the commit call {@link #committed}. */
    default void store(Connection connection, List<OneShot> oneShots) throws SQLException {
        insertion(oneShots).execute(connection);
    }

    /** What {@link #store} executes, for who sends it to the database together with other statements. */
    OneShotInsertion insertion(List<OneShot> oneShots);

    /** Wakes this node's scheduler for triggers that have just been committed. Cheap; takes no connection. */
    void committed(Collection<OneShot> oneShots);

    /**
     * Ends firings.
     *
     * @return those that this node still owned. What is missing was recovered by another node meanwhile: its
     *     outcome must not be recorded (fencing).
     */
    Set<FiredOneShot> complete(Connection connection, Collection<FiredOneShot> firings) throws SQLException;

    /** Those of the firings that this node still owns: the others have ended, or another node has taken them over. */
    Set<FiredOneShot> owned(Connection connection, Collection<FiredOneShot> firings) throws SQLException;

    /** Removes triggers that are still waiting, and returns those; one that is claimed meanwhile stays. */
    Set<OneShotKey> remove(Connection connection, Collection<OneShotKey> keys) throws SQLException;

    /**
     * Removes triggers of a group that are still waiting, in any order; those that are being claimed stay.
     *
     * @param most so many at most
     */
    Set<OneShotKey> removeWaiting(Connection connection, String group, int most) throws SQLException;

    /** Keeps a trigger that is still waiting from being claimed until the transaction ends; false when it is not. */
    boolean hold(Connection connection, OneShotKey key) throws SQLException;

    /**
     * Moves a trigger that is still waiting, to what the one-shot with its key says; false when it is not. Holds its row
     * until the transaction ends, so that it cannot be claimed meanwhile.
     */
    boolean reschedule(Connection connection, OneShot moved) throws SQLException;

    /**
     * Puts a gate up before a group, or changes it; on every node within a second, whatever waits behind it. After the
     * commit call {@link #gateCommitted}.
     */
    void setGate(Connection connection, String group, Gate gate) throws SQLException;

    /** Takes a group's gate away with the group. */
    void removeGate(Connection connection, String group) throws SQLException;

    /** Tells this node's scheduler that a gate has just changed. */
    void gateCommitted(String group);

    /** Which of these have been claimed and have not ended. */
    Set<OneShotKey> inFlight(Connection connection, Collection<OneShotKey> keys) throws SQLException;

    /** Everything of a kind that has been claimed and has not ended, on all nodes: never more than they have slots. */
    Set<OneShotKey> inFlight(Connection connection, String kind) throws SQLException;

    /** Whether a group has triggers, waiting or in flight. */
    boolean hasAny(Connection connection, String group) throws SQLException;
}
