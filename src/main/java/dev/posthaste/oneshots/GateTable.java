package dev.posthaste.oneshots;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
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

    private static final NamedSql LET_THROUGH = NamedSql.of("""
            update qrtz_group_gates g
               set in_flight = g.in_flight + t.fired, tokens = t.tokens - t.fired,
                   refilled_at = g.refilled_at + make_interval(secs => t.elapsed)
              from unnest(:groups, :fired, :tokens, :elapsed) as t (trigger_group, fired, tokens, elapsed)
             where g.sched_name = :scheduler and g.trigger_group = any (array[t.trigger_group])
            """);

    private static final String COUNT_OF_GROUP =
            "(:counts::int[])[width_bucket(g.trigger_group::text collate \"C\", :groups::text[])]";

    private static final NamedSql COUNT_OUT = NamedSql.of("""
            update qrtz_group_gates g set in_flight = greatest(0, g.in_flight - %1$s)
             where g.sched_name = :scheduler and g.trigger_group = any (:groups)
            """.formatted(COUNT_OF_GROUP));

    private static final NamedSql UNDO = NamedSql.of("""
            update qrtz_group_gates g set in_flight = greatest(0, g.in_flight - %1$s), tokens = g.tokens + %1$s
             where g.sched_name = :scheduler and g.trigger_group = any (:groups)
            """.formatted(COUNT_OF_GROUP));

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
        Rows.update(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(group)
                        .flag(gate.paused())
                        .integer(gate.maxInFlight())
                        .integer(gate.maxPerSecond()));
    }

    void remove(Connection connection, String group) throws SQLException {
        String sql = "delete from qrtz_group_gates where sched_name = ? and trigger_group = ?";
        Rows.update(connection, sql, values -> values.text(schedulerName).text(group));
    }

    /** Holds groups back, beside what their gates say already. */
    void pause(Connection connection, Collection<String> groups) throws SQLException {
        String sql = """
                insert into qrtz_group_gates (sched_name, trigger_group, paused)
                select ?, trigger_group, true from unnest(?) as g (trigger_group) order by trigger_group
                on conflict (sched_name, trigger_group) do update set paused = true
                """;
        Rows.update(connection, sql, values -> values.text(schedulerName).texts(groups));
    }

    /** Undoes that; a gate that says nothing else is taken away. */
    void resume(Connection connection, Collection<String> groups) throws SQLException {
        String sql = """
                update qrtz_group_gates set paused = false
                 where sched_name = ? and trigger_group = any (?) and paused
                """;
        Rows.update(connection, sql, values -> values.text(schedulerName).texts(groups));
        String open = """
                delete from qrtz_group_gates
                 where sched_name = ? and trigger_group = any (?) and not paused
                   and max_in_flight is null and max_per_second is null
                """;
        Rows.update(connection, open, values -> values.text(schedulerName).texts(groups));
    }

    boolean anyExists(Connection connection) throws SQLException {
        String sql = "select exists (select 1 from qrtz_group_gates where sched_name = ?)";
        return Rows.one(connection, sql, values -> values.text(schedulerName), row -> row.getBoolean(1));
    }

    /** The groups that are paused. */
    Set<String> paused(Connection connection) throws SQLException {
        String sql = "select trigger_group from qrtz_group_gates where sched_name = ? and paused";
        return Set.copyOf(Rows.list(connection, sql, values -> values.text(schedulerName), row -> row.getString(1)));
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
        return Rows.list(connection, sql, values -> values.text(schedulerName).texts(groups), GateTable::read);
    }

    private static LockedGate read(ResultSet row) throws SQLException {
        return LockedGate.of(
                row.getString("trigger_group"),
                readGate(row),
                row.getInt("in_flight") + row.getLong("uncounted"),
                row.getDouble("tokens"),
                row.getDouble("elapsed"));
    }

    private static Gate readGate(ResultSet row) throws SQLException {
        return new Gate(
                row.getBoolean("paused"),
                row.getObject("max_in_flight", Integer.class),
                row.getObject("max_per_second", Integer.class));
    }

    /**
     * Counts what was let through the gates that this transaction has locked. Their tokens are those of the moment when
     * they were locked: what has passed since then counts for the next time.
     */
    void letThrough(Connection connection, Collection<LockedGate> locked, Map<String, Integer> fired)
            throws SQLException {
        List<LockedGate> through = locked.stream()
                .filter(gate -> fired.getOrDefault(gate.group(), 0) > 0)
                .toList();
        if (through.isEmpty()) {
            return;
        }
        LET_THROUGH.update(
                connection,
                values -> values.text("scheduler", schedulerName)
                        .rows(through)
                        .texts("groups", LockedGate::group)
                        .ints("fired", gate -> fired.get(gate.group()))
                        .doubles("tokens", LockedGate::tokens)
                        .doubles("elapsed", LockedGate::elapsed));
    }

    /** Counts ended firings out again, without a join: see {@link ArrayBinder}. */
    void countOut(Connection connection, Map<String, Integer> ended) throws SQLException {
        count(connection, COUNT_OUT, ended);
    }

    /** As if these had not been let through: nothing has come of them, and others may fire this second in their place. */
    void undo(Connection connection, Map<String, Integer> unsent) throws SQLException {
        count(connection, UNDO, unsent);
    }

    private void count(Connection connection, NamedSql sql, Map<String, Integer> counts) throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        Map<String, Integer> inOrder = new TreeMap<>(counts);
        sql.update(
                connection,
                values -> values.text("scheduler", schedulerName)
                        .integers("counts", inOrder.values())
                        .texts("groups", inOrder.keySet()));
    }

    /** The gates of those of the groups that have one. */
    Map<String, Gate> of(Connection connection, Collection<String> groups) throws SQLException {
        String sql = """
                select trigger_group, paused, max_in_flight, max_per_second from qrtz_group_gates
                 where sched_name = ? and trigger_group = any (?)
                """;
        return Rows.map(
                connection,
                sql,
                values -> values.text(schedulerName).texts(groups),
                row -> row.getString("trigger_group"),
                GateTable::readGate);
    }

    /** Makes the counts true again where they are not; meant to find none, and says so when it does. Returns how many it was. */
    int repair(Connection connection) throws SQLException {
        List<String> suspects = wrong(connection);
        if (suspects.isEmpty()) {
            return 0;
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
        return wrong.size();
    }

    private void countAnew(Connection connection, List<String> groups) throws SQLException {
        String sql = """
                update qrtz_group_gates g
                   set in_flight = (select coalesce(sum(f.remaining), 0) from qrtz_fired_one_shots f
                                     where f.sched_name = g.sched_name and f.trigger_group = g.trigger_group
                                       and f.counted)
                 where g.sched_name = ? and g.trigger_group = any (?)
                """;
        Rows.update(connection, sql, values -> values.text(schedulerName).texts(groups));
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
        return Rows.list(
                connection, sql, values -> values.text(schedulerName).text(schedulerName), row -> row.getString(1));
    }
}
