package dev.posthaste.oneshots;

import dev.posthaste.sql.ArrayBinder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gates of groups, one row each, with what is in flight and what may still fire this moment as columns: a node that
 * claims locks the row, so that a limit holds over all nodes. Rows are always locked in the order of their groups. Claims that
 * were counted are marked. Thread-safe: holds no state.
 */
final class GateTable {
    private static final Logger LOG = LoggerFactory.getLogger(GateTable.class);

    private static final String COUNT_OF_GROUP =
            "(?::int[])[width_bucket(g.trigger_group::text collate \"C\", ?::text[])]";

    private final String schedulerName;

    GateTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /** Puts the gate up, or changes it; an open one is not put up where there is none. */
    void set(Connection connection, String group, Gate gate) throws SQLException {
        String sql = gate.equals(Gate.OPEN) ? """
                update qrtz_group_gates g set paused = v.paused, max_in_flight = v.max_in_flight,
                       max_per_second = v.max_per_second
                  from (values (?::text, ?::text, ?::boolean, ?::int, ?::int))
                       as v (sched_name, trigger_group, paused, max_in_flight, max_per_second)
                 where g.sched_name = v.sched_name and g.trigger_group = v.trigger_group
                """ : """
                insert into qrtz_group_gates (sched_name, trigger_group, paused, max_in_flight, max_per_second)
                values (?, ?, ?, ?, ?)
                on conflict (sched_name, trigger_group)
                do update set paused = excluded.paused, max_in_flight = excluded.max_in_flight,
                              max_per_second = excluded.max_per_second
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, group);
            statement.setBoolean(3, gate.paused());
            statement.setObject(4, gate.maxInFlight(), Types.INTEGER);
            statement.setObject(5, gate.maxPerSecond(), Types.INTEGER);
            statement.executeUpdate();
        }
    }

    void remove(Connection connection, String group) throws SQLException {
        String sql = "delete from qrtz_group_gates where sched_name = ? and trigger_group = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, group);
            statement.executeUpdate();
        }
    }

    boolean anyExists(Connection connection) throws SQLException {
        String sql = "select exists (select 1 from qrtz_group_gates where sched_name = ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** The groups that are paused. */
    Set<String> paused(Connection connection) throws SQLException {
        String sql = "select trigger_group from qrtz_group_gates where sched_name = ? and paused";
        Set<String> groups = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    groups.add(row.getString(1));
                }
            }
        }
        return groups;
    }

    /**
     * Locks those gates of the groups that nobody else holds just now. A gate that was put up while its group was firing
     * has not counted what was in flight; until that must have ended it is counted here.
     */
    List<LockedGate> lock(Connection connection, Collection<String> groups) throws SQLException {
        String sql = """
                select g.trigger_group, g.paused, g.max_in_flight, g.max_per_second, g.in_flight, g.tokens,
                       extract(epoch from clock_timestamp() - g.refilled_at)::float8 as elapsed,
                       case when g.created_at > now() - interval '6 minutes'
                            then (select coalesce(sum(f.remaining), 0) from qrtz_fired_one_shots f
                                   where f.sched_name = g.sched_name and f.trigger_group = g.trigger_group
                                     and not f.counted)
                            else 0 end as uncounted
                  from qrtz_group_gates g
                 where g.sched_name = ? and g.trigger_group = any (?)
                 order by g.trigger_group
                   for update of g skip locked
                """;
        List<LockedGate> locked = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setArray(2, connection.createArrayOf("text", groups.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    locked.add(read(row));
                }
            }
        }
        return locked;
    }

    private static LockedGate read(ResultSet row) throws SQLException {
        Gate gate = new Gate(
                row.getBoolean("paused"),
                row.getObject("max_in_flight", Integer.class),
                row.getObject("max_per_second", Integer.class));
        return LockedGate.of(
                row.getString("trigger_group"),
                gate,
                row.getInt("in_flight") + row.getLong("uncounted"),
                row.getDouble("tokens"),
                row.getDouble("elapsed"));
    }

    /**
     * Counts what was let through the gates that this transaction has locked. Their tokens are those of the moment when
     * they were locked: what has passed since then counts for the next time.
     */
    void letThrough(Connection connection, Collection<LockedGate> locked, Map<String, Integer> fired)
            throws SQLException {
        String sql = """
                update qrtz_group_gates g
                   set in_flight = g.in_flight + t.fired, tokens = t.tokens - t.fired,
                       refilled_at = g.refilled_at + make_interval(secs => t.elapsed)
                  from unnest(?, ?, ?, ?) as t (trigger_group, fired, tokens, elapsed)
                 where g.sched_name = ? and g.trigger_group = any (array[t.trigger_group])
                """;
        List<LockedGate> through = locked.stream()
                .filter(gate -> fired.getOrDefault(gate.group(), 0) > 0)
                .toList();
        if (through.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", through.stream().map(LockedGate::group).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "int4",
                            through.stream()
                                    .map(gate -> fired.get(gate.group()))
                                    .toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "float8", through.stream().map(LockedGate::tokens).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "float8", through.stream().map(LockedGate::elapsed).toArray()));
            statement.setString(5, schedulerName);
            statement.executeUpdate();
        }
    }

    /** Counts ended firings out again, without a join: see {@link ArrayBinder}. */
    void countOut(Connection connection, Map<String, Integer> ended) throws SQLException {
        String sql = """
                update qrtz_group_gates g set in_flight = greatest(0, g.in_flight - %1$s)
                 where g.sched_name = ? and g.trigger_group = any (?)
                """;
        count(connection, sql, ended, 1);
    }

    /** As if these had not been let through: nothing has come of them, and others may fire this second in their place. */
    void undo(Connection connection, Map<String, Integer> unsent) throws SQLException {
        String sql = """
                update qrtz_group_gates g set in_flight = greatest(0, g.in_flight - %1$s), tokens = g.tokens + %1$s
                 where g.sched_name = ? and g.trigger_group = any (?)
                """;
        count(connection, sql, unsent, 2);
    }

    /** @param times the count of the gate's group stands so often in the statement, before all else */
    private void count(Connection connection, String sql, Map<String, Integer> counts, int times) throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        Map<String, Integer> inOrder = new TreeMap<>(counts);
        try (PreparedStatement statement = connection.prepareStatement(sql.formatted(COUNT_OF_GROUP))) {
            int next = 1;
            for (int i = 0; i < times; i++) {
                new ArrayBinder<>(statement, next++, inOrder.values()).ints(count -> count);
                new ArrayBinder<>(statement, next++, inOrder.keySet()).texts(group -> group);
            }
            statement.setString(next, schedulerName);
            new ArrayBinder<>(statement, next + 1, inOrder.keySet()).texts(group -> group);
            statement.executeUpdate();
        }
    }

    /** Makes the counts true again where they are not; meant to find none, and says so when it does. */
    void repair(Connection connection) throws SQLException {
        List<String> suspects = wrong(connection);
        if (suspects.isEmpty()) {
            return;
        }
        // What looks wrong may be another transaction's doing in progress: looked at again once the rows are ours.
        Set<String> ours =
                lock(connection, suspects).stream().map(LockedGate::group).collect(Collectors.toSet());
        List<String> wrong = wrong(connection);
        wrong.retainAll(ours);
        if (!wrong.isEmpty()) {
            countAnew(connection, wrong);
            LOG.error("The gates of {} had counted wrongly and were set right; please report this", wrong);
        }
    }

    private void countAnew(Connection connection, List<String> groups) throws SQLException {
        String sql = """
                update qrtz_group_gates g
                   set in_flight = (select coalesce(sum(f.remaining), 0) from qrtz_fired_one_shots f
                                     where f.sched_name = g.sched_name and f.trigger_group = g.trigger_group
                                       and f.counted)
                 where g.sched_name = ? and g.trigger_group = any (?)
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setArray(2, connection.createArrayOf("text", groups.toArray()));
            statement.executeUpdate();
        }
    }

    private List<String> wrong(Connection connection) throws SQLException {
        String sql = """
                select g.trigger_group
                  from qrtz_group_gates g
                  left join (select f.trigger_group, sum(f.remaining) as remaining from qrtz_fired_one_shots f
                              where f.sched_name = ? and f.counted group by f.trigger_group) f
                    on f.trigger_group = g.trigger_group
                 where g.sched_name = ? and g.in_flight <> coalesce(f.remaining, 0)
                 order by g.trigger_group
                """;
        List<String> groups = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, schedulerName);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    groups.add(row.getString(1));
                }
            }
        }
        return groups;
    }
}
