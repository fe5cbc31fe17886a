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

    /** How much of a second's allowance may be saved up, so that a limit of 50 gives 50 and not 100 at once. */
    private static final double BURST_SECONDS = 0.1;

    private static final String COUNT_OF_GROUP =
            "(?::int[])[width_bucket(g.trigger_group::text collate \"C\", ?::text[])]";

    private final String schedulerName;

    GateTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /**
     * A gate that the caller's transaction has locked, and what it lets through now.
     *
     * @param tokens with those that were added for the {@code elapsed} seconds since it was last let through
     */
    record Locked(String group, boolean paused, long room, double tokens, double elapsed, long nextTokenMs) {}

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
    List<Locked> lock(Connection connection, Collection<String> groups) throws SQLException {
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
        List<Locked> locked = new ArrayList<>();
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

    private static Locked read(ResultSet row) throws SQLException {
        String group = row.getString("trigger_group");
        Integer maxInFlight = row.getObject("max_in_flight", Integer.class);
        Integer maxPerSecond = row.getObject("max_per_second", Integer.class);
        double elapsed = row.getDouble("elapsed");
        if (row.getBoolean("paused")) {
            return new Locked(group, true, 0, row.getDouble("tokens"), elapsed, 0);
        }
        long room = maxInFlight == null
                ? Integer.MAX_VALUE
                : Math.max(0, maxInFlight - row.getInt("in_flight") - row.getLong("uncounted"));
        if (maxPerSecond == null) {
            return new Locked(group, false, room, 0, elapsed, 0);
        }
        double maxSaved = Math.max(1, maxPerSecond * BURST_SECONDS);
        // Less than none are of a time without a rate.
        double left = Math.max(0, row.getDouble("tokens"));
        // Refilled in the future: the database's clock was set back. One that goes through sets it right.
        double refilled = elapsed < 0 ? Math.max(1, left) : left + elapsed * maxPerSecond;
        double tokens = Math.min(maxSaved, refilled);
        long nextTokenMs = (long) Math.ceil(Math.max(0, 1 - tokens) * 1_000 / maxPerSecond);
        return new Locked(group, false, Math.min(room, (long) tokens), tokens, elapsed, nextTokenMs);
    }

    /**
     * Counts what was let through the gates that this transaction has locked. Their tokens are those of the moment when
     * they were locked: what has passed since then counts for the next time.
     */
    void letThrough(Connection connection, List<Locked> locked, Map<String, Integer> fired) throws SQLException {
        String sql = """
                update qrtz_group_gates g
                   set in_flight = g.in_flight + t.fired, tokens = t.tokens - t.fired,
                       refilled_at = g.refilled_at + make_interval(secs => t.elapsed)
                  from unnest(?, ?, ?, ?) as t (trigger_group, fired, tokens, elapsed)
                 where g.sched_name = ? and g.trigger_group = any (array[t.trigger_group])
                """;
        List<Locked> through = locked.stream()
                .filter(gate -> fired.getOrDefault(gate.group(), 0) > 0)
                .toList();
        if (through.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", through.stream().map(Locked::group).toArray()));
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
                            "float8", through.stream().map(Locked::tokens).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "float8", through.stream().map(Locked::elapsed).toArray()));
            statement.setString(5, schedulerName);
            statement.executeUpdate();
        }
    }

    /** Counts ended firings out again, without a join: see {@link ArrayBinder}. */
    void giveBack(Connection connection, Map<String, Integer> ended) throws SQLException {
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
                statement.setArray(next++, SqlArrays.ints(connection, inOrder.values(), count -> count));
                statement.setArray(next++, SqlArrays.texts(connection, inOrder.keySet(), group -> group));
            }
            statement.setString(next, schedulerName);
            statement.setArray(next + 1, SqlArrays.texts(connection, inOrder.keySet(), group -> group));
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
                lock(connection, suspects).stream().map(Locked::group).collect(Collectors.toSet());
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
