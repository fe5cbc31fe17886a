package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the one-shots of dead nodes over, in the transaction of a check-in. Thread-safe: holds no state. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** A busy machine takes half a second for so many. */
    static final int SLICE = 500;

    private final OneShotTable table;
    private final FiredTable fired;
    private final GateTable gates;
    private final FiringPorts ports;
    private final Culprits culprits;
    private final Trace trace;

    Recovery(OneShotTable table, FiredTable fired, GateTable gates, FiringPorts ports, Trace trace) {
        this.table = table;
        this.fired = fired;
        this.gates = gates;
        this.ports = ports;
        this.trace = trace;
        this.culprits = new Culprits(ports::isFaultOfOne);
    }

    /**
     * Lets wait again some of what the instances had claimed, under the same keys, but for what the ports say is over: no more
     * than a transaction does in a fraction of a lease. Returns how much that was.
     *
     * @param instances members, whose rows the transaction has locked
     */
    int recover(Connection connection, List<String> instances) throws SQLException {
        return recover(connection, instances, fired.abandon(connection, instances, SLICE));
    }

    /** Some more of it, where they are no members any more; 0 when nothing is left that can be had. */
    int recoverMore(Connection connection, List<String> instances) throws SQLException {
        return recover(connection, instances, fired.abandonLeftBehind(connection, instances, SLICE));
    }

    private int recover(Connection connection, List<String> instances, FiredTable.Abandoned taken) throws SQLException {
        if (taken.firings().isEmpty()) {
            return 0;
        }
        gates.countOut(connection, taken.gated());
        Set<OneShotKey> over = interrupted(connection, taken.firings());
        List<OneShot> again = taken.shots().stream()
                .filter(shot -> !over.contains(shot.key()))
                .toList();
        table.insertion(again).execute(connection);
        LOG.warn(
                "Recovered {} firings of the dead nodes {}: {} fire again, {} are over",
                taken.firings().size(),
                instances,
                again.size(),
                over.size());
        if (trace.isOn()) {
            for (ClaimedOneShot firing : taken.firings()) {
                trace.say(
                        firing,
                        () -> "taken from a dead node, "
                                + (over.contains(firing.key()) ? "and is over" : "and waits again as before"));
            }
        }
        return taken.firings().size();
    }

    /** One whose rows cannot be read simply waits again: it must not keep back all that the dead had. */
    private Set<OneShotKey> interrupted(Connection connection, List<ClaimedOneShot> firings) throws SQLException {
        Set<OneShotKey> over = new HashSet<>();
        culprits.setAside(
                connection,
                firings,
                some -> over.addAll(ports.interrupted(connection, some)),
                (firing, failure) -> LOG.error(
                        "That {} was interrupted could not be recorded; it waits again", firing.key(), failure));
        return over;
    }
}
