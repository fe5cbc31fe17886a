package dev.posthaste.oneshots;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells, for who is no node himself, whether nodes are at work on a database: by their sessions, and by rows of members that
 * go on changing. A copy of a database has rows of nodes that were, and these stand still. Thread-safe: holds no state.
 */
public final class NodesAtWork {
    /** As {@link InstanceName#sessions} calls them. */
    private static final String SESSIONS = "^posthaste [0-9]+-[0-9a-f-]{36}$";

    private final String schedulerName;

    /** @param schedulerName the nodes' */
    public NodesAtWork(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /**
     * What members have said of themselves.
     *
     * @param checkIns the last of each, by its name
     * @param lease the longest after which one that is silent is dead; zero when there are none
     */
    public record Members(Map<String, Long> checkIns, Duration lease) {
        /** Copies the map. */
        public Members {
            checkIns = Map.copyOf(checkIns);
        }

        /** Those that have said something since then, or are new. */
        public List<String> aliveSince(Members before) {
            return checkIns.entrySet().stream()
                    .filter(one -> !one.getValue().equals(before.checkIns.get(one.getKey())))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }
    }

    /** The names of sessions that nodes have on this database; they may be called otherwise behind a pooler. */
    public List<String> sessions(Connection connection) throws SQLException {
        String sql = """
                select distinct application_name from pg_stat_activity
                 where datname = current_database() and application_name ~ ?
                 order by application_name
                """;
        return Rows.list(connection, sql, values -> values.text(SESSIONS), row -> row.getString(1));
    }

    /** The members, dead ones included. */
    public Members members(Connection connection) throws SQLException {
        String sql = """
                select instance_name, last_checkin_time, checkin_interval from qrtz_scheduler_state where sched_name = ?
                """;
        Map<String, Long> checkIns = new HashMap<>();
        long[] lease = {0};
        Rows.each(connection, sql, values -> values.text(schedulerName), row -> {
            checkIns.put(row.getString("instance_name"), row.getLong("last_checkin_time"));
            lease[0] = Math.max(lease[0], row.getLong("checkin_interval"));
        });
        return new Members(checkIns, Duration.ofMillis(lease[0]));
    }

    /** Keeps every node from checking in, and so from claiming, until the transaction ends. Waits for who is just doing so. */
    public void keepOut(Connection connection) throws SQLException {
        Rows.update(connection, "lock table qrtz_scheduler_state in share row exclusive mode", Parameters.NONE);
    }
}
