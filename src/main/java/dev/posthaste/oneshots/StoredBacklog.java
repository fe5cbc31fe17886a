package dev.posthaste.oneshots;

import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The database's, for one transaction.
 *
 * @param instance for which it is claimed
 */
record StoredBacklog(Connection connection, OneShotClaim claims, GateTable gates, String instance) implements Backlog {
    @Override
    public List<Waiting> waiting() throws SQLException {
        return claims.discover(connection);
    }

    @Override
    public boolean hasGates() throws SQLException {
        return gates.anyExists(connection);
    }

    @Override
    public Set<String> paused() throws SQLException {
        return gates.paused(connection);
    }

    @Override
    public List<LockedGate> lockGates(Collection<String> groups) throws SQLException {
        return gates.lock(connection, groups);
    }

    @Override
    public Claims take(String claimPrefix, long latest, List<Share> shares, Collection<String> locked)
            throws SQLException {
        return claims.claim(connection, instance, claimPrefix, latest, shares, locked);
    }

    @Override
    public void letThrough(Collection<LockedGate> locked, Map<String, Integer> taken) throws SQLException {
        gates.letThrough(connection, locked, taken);
    }
}
