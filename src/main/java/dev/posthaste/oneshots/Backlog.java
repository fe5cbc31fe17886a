package dev.posthaste.oneshots;

import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What waits and what holds it back, as one transaction sees it: what a {@link Dispatcher} decides about. */
interface Backlog {
    /**
     * What may be taken of a group's priority.
     *
     * @param max so many at most, of the whole group
     * @param bytes which they may weigh together, of the whole group; what weighs nothing is not held back by it
     * @param behind so many that do not fit are passed over, to find others behind them
     */
    record Share(String group, int priority, int max, long bytes, int behind) {}

    /** What was taken. */
    record Claimed(ClaimedOneShot firing, int priority) {}

    /**
     * What a claim found.
     *
     * @param taken in the order in which they are due
     * @param next when the next of each priority is due, of those groups that gave less than their share; those of which
     *     none waits are missing. What is due already is being claimed by another node, or its gate is
     */
    record Claims(List<Claimed> taken, List<Waiting> next) {
        static final Claims NOTHING = new Claims(List.of(), List.of());
    }

    /** Every group and priority of which any waits, whoever has stored it. */
    List<Waiting> waiting() throws SQLException;

    /** Whether any group has a gate. */
    boolean hasGates() throws SQLException;

    /** The groups whose gates are paused. */
    Set<String> paused() throws SQLException;

    /** Locks those gates of the groups that nobody else holds just now. */
    List<LockedGate> lockGates(Collection<String> groups) throws SQLException;

    /**
     * Takes what is due.
     *
     * @param claimPrefix makes the names of the claims unique together with a number from 1 on
     * @param latest in milliseconds since 1970, by the database's clock
     * @param locked the groups whose gates are locked; others with a gate are left alone
     */
    Claims take(String claimPrefix, long latest, List<Share> shares, Collection<String> locked) throws SQLException;

    /** Counts what was let through the gates that are locked. */
    void letThrough(Collection<LockedGate> locked, Map<String, Integer> taken) throws SQLException;
}
