package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The ports by the kinds of one-shots that they serve: what is of many kinds is handed to each its own. Thread-safe. */
final class FiringPorts {
    private final Map<String, FiringPort> ports;

    FiringPorts(Map<String, FiringPort> ports) {
        this.ports = Map.copyOf(ports);
    }

    /** Loads what the firings need, see {@link FiringPort#prepare}. */
    Map<OneShotKey, Object> prepare(Connection connection, Collection<ClaimedOneShot> firings) throws SQLException {
        Map<OneShotKey, Object> prepared = new HashMap<>();
        for (Map.Entry<String, List<ClaimedOneShot>> kind : byKind(firings).entrySet()) {
            prepared.putAll(port(kind.getKey()).prepare(connection, kind.getValue()));
        }
        return prepared;
    }

    /**
     * Tells of firings of dead nodes, and returns what must not fire again, see {@link FiringPort#interrupted}. Of a kind that
     * this node does not know, a later build's, all wait again for who does.
     */
    Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) throws SQLException {
        Set<OneShotKey> over = new HashSet<>();
        for (Map.Entry<String, List<ClaimedOneShot>> kind : byKind(abandoned).entrySet()) {
            FiringPort port = ports.get(kind.getKey());
            if (port != null) {
                over.addAll(port.interrupted(connection, kind.getValue()));
            }
        }
        return over;
    }

    /** Whether one of many may be at fault for a failure, see {@link FiringPort#isFaultOfOne}. */
    boolean isFaultOfOne(Exception failure) {
        return ports.values().stream().anyMatch(port -> port.isFaultOfOne(failure));
    }

    /** Whether any of them cannot record outcomes just now. */
    boolean areHeldUp() {
        return ports.values().stream().anyMatch(FiringPort::isHeldUp);
    }

    private FiringPort port(String kind) {
        FiringPort port = ports.get(kind);
        if (port == null) {
            throw new IllegalStateException("a trigger of the unknown kind " + kind);
        }
        return port;
    }

    private static Map<String, List<ClaimedOneShot>> byKind(Collection<ClaimedOneShot> firings) {
        return firings.stream().collect(Collectors.groupingBy(ClaimedOneShot::kind));
    }
}
