package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one-shots' rows in Quartz's tables, set-based: each method is a statement whatever the size of the batch, and
 * joins by primary key from the arrays that it is given, so that its plan is right on tables that were never analysed.
 * A one-shot has one row at any time: as a trigger while it waits, as a fired trigger from the claim to the end. Moving
 * it costs less than marking it, and who finds its row gone has lost the race for it. Thread-safe: holds no state.
 */
final class OneShotTable {
    private final String schedulerName;

    OneShotTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    OneShotInsertion insertion(List<OneShot> oneShots) {
        return new OneShotInsertion(schedulerName, oneShots);
    }

    /**
     * Firings that have ended.
     *
     * @param owned the entry ids that were still there
     * @param gated how many of them had been counted by the gate of their group
     */
    record Ended(Set<String> owned, Map<String, Integer> gated) {}

    /**
     * Ends firings. The rows are found first and need no lock of their own: nobody changes the row of a firing but to take
     * it away. The {@code offset 0} keeps the planner from making one join of it all, which on a table that was never
     * analysed reads every row.
     */
    Ended complete(Connection connection, Collection<FiredOneShot> firings) throws SQLException {
        String sql = """
                delete from qrtz_fired_triggers
                 where ctid = any (array(
                   select f.ctid from unnest(?) as wanted (entry_id)
                    cross join lateral (
                      select x.ctid from qrtz_fired_triggers x
                       where x.sched_name = ? and x.entry_id = wanted.entry_id offset 0) f))
                returning entry_id, trigger_group, state
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, SqlArrays.texts(connection, firings, FiredOneShot::entryId));
            statement.setString(2, schedulerName);
            return readEnded(statement);
        }
    }

    /** Undoes claims: the triggers wait again, not before {@code notBefore} (milliseconds since 1970). */
    Ended putBack(Connection connection, Collection<FiredOneShot> firings, long notBefore) throws SQLException {
        String sql = """
                with ended as (
                  delete from qrtz_fired_triggers
                   where ctid = any (array(
                     select f.ctid from unnest(?) as wanted (entry_id)
                      cross join lateral (
                        select x.ctid from qrtz_fired_triggers x
                         where x.sched_name = ? and x.entry_id = wanted.entry_id offset 0) f))
                  returning entry_id, trigger_name, trigger_group, job_name, sched_time, priority, state
                ), waiting as (
                  insert into qrtz_triggers
                    (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time, prev_fire_time,
                     priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)
                  select ?, trigger_name, trigger_group, job_name, 'one-shots', greatest(sched_time, ?), -1, priority,
                         'WAITING', 'ONCE', sched_time, 0, -1
                    from ended
                  on conflict do nothing
                )
                select entry_id, trigger_group, state from ended
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, SqlArrays.texts(connection, firings, FiredOneShot::entryId));
            statement.setString(2, schedulerName);
            statement.setString(3, schedulerName);
            statement.setLong(4, notBefore);
            return readEnded(statement);
        }
    }

    /**
     * Firings that were taken away from dead instances.
     *
     * @param shots the same, as they wait if they fire again
     * @param gated how many of them had been counted by the gate of their group
     */
    record Abandoned(List<FiredOneShot> firings, List<OneShot> shots, Map<String, Integer> gated) {}

    /** Takes the firings of dead instances away from them; those that fire again are to be inserted again. */
    Abandoned abandon(Connection connection, Collection<String> instances) throws SQLException {
        String sql = """
                delete from qrtz_fired_triggers
                 where sched_name = ? and job_group = 'one-shots' and instance_name = any (?)
                returning trigger_name, trigger_group, job_name, entry_id, sched_time, fired_time, priority, state
                """;
        Abandoned abandoned = new Abandoned(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setArray(2, SqlArrays.texts(connection, instances, name -> name));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    FiredOneShot firing = read(row);
                    abandoned.firings().add(firing);
                    abandoned
                            .shots()
                            .add(new OneShot(firing.key(), firing.kind(), firing.due(), row.getInt("priority")));
                    countGated(row, abandoned.gated());
                }
            }
        }
        return abandoned;
    }

    /** Removes those triggers that are waiting and returns them. */
    Set<OneShotKey> delete(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        String sql = """
                delete from qrtz_triggers t
                 using unnest(?, ?) as wanted (name, grp)
                 where t.sched_name = ? and t.trigger_name = wanted.name and t.trigger_group = wanted.grp
                   and t.trigger_state = 'WAITING'
                returning t.trigger_name, t.trigger_group
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bindKeys(connection, statement, keys);
            return readKeys(statement);
        }
    }

    /** Removes some of a group's waiting triggers, in the order of the index that the claim uses. */
    Set<OneShotKey> deleteWaiting(Connection connection, String group, int most) throws SQLException {
        String sql = """
                delete from qrtz_triggers
                 where ctid = any (array(
                   select ctid from qrtz_triggers
                    where sched_name = ? and trigger_group = ? and trigger_state = 'WAITING' and trigger_type = 'ONCE'
                    order by priority, next_fire_time
                    limit ?
                      for update skip locked))
                returning trigger_name, trigger_group
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, group);
            statement.setInt(3, most);
            return readKeys(statement);
        }
    }

    boolean hold(Connection connection, OneShotKey key) throws SQLException {
        String sql = """
                select 1 from qrtz_triggers
                 where sched_name = ? and trigger_name = ? and trigger_group = ? and trigger_state = 'WAITING'
                   for update
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, key.name());
            statement.setString(3, key.group());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    boolean reschedule(Connection connection, OneShotKey key, Instant due, int priority) throws SQLException {
        String sql = """
                update qrtz_triggers set next_fire_time = ?, start_time = ?, priority = ?
                 where sched_name = ? and trigger_name = ? and trigger_group = ? and trigger_state = 'WAITING'
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, due.toEpochMilli());
            statement.setLong(2, due.toEpochMilli());
            statement.setInt(3, priority);
            statement.setString(4, schedulerName);
            statement.setString(5, key.name());
            statement.setString(6, key.group());
            return statement.executeUpdate() == 1;
        }
    }

    Set<OneShotKey> executing(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        String sql = """
                select f.trigger_name, f.trigger_group
                  from unnest(?, ?) as wanted (name, grp)
                  cross join lateral (
                    select x.trigger_name, x.trigger_group from qrtz_fired_triggers x
                     where x.sched_name = ? and x.trigger_group = wanted.grp and x.trigger_name = wanted.name
                     offset 0) f
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bindKeys(connection, statement, keys);
            return readKeys(statement);
        }
    }

    Set<OneShotKey> executing(Connection connection, String kind) throws SQLException {
        String sql = """
                select trigger_name, trigger_group from qrtz_fired_triggers
                 where sched_name = ? and job_group = 'one-shots' and job_name = ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, kind);
            return readKeys(statement);
        }
    }

    boolean hasAny(Connection connection, String group) throws SQLException {
        String sql = """
                select exists (select 1 from qrtz_triggers
                                where sched_name = ? and trigger_group = ? and trigger_state = 'WAITING'
                                  and trigger_type = 'ONCE')
                    or exists (select 1 from qrtz_fired_triggers where sched_name = ? and trigger_group = ?)
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, group);
            statement.setString(3, schedulerName);
            statement.setString(4, group);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private void bindKeys(Connection connection, PreparedStatement statement, Collection<OneShotKey> keys)
            throws SQLException {
        statement.setArray(1, SqlArrays.texts(connection, keys, OneShotKey::name));
        statement.setArray(2, SqlArrays.texts(connection, keys, OneShotKey::group));
        statement.setString(3, schedulerName);
    }

    private static Set<OneShotKey> readKeys(PreparedStatement statement) throws SQLException {
        Set<OneShotKey> keys = new HashSet<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                keys.add(new OneShotKey(row.getString("trigger_group"), row.getString("trigger_name")));
            }
        }
        return keys;
    }

    private static Ended readEnded(PreparedStatement statement) throws SQLException {
        Ended ended = new Ended(new HashSet<>(), new HashMap<>());
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ended.owned().add(row.getString("entry_id"));
                countGated(row, ended.gated());
            }
        }
        return ended;
    }

    private static void countGated(ResultSet row, Map<String, Integer> gated) throws SQLException {
        if (row.getString("state").equals("GATED")) {
            gated.merge(row.getString("trigger_group"), 1, Integer::sum);
        }
    }

    private static FiredOneShot read(ResultSet row) throws SQLException {
        return new FiredOneShot(
                new OneShotKey(row.getString("trigger_group"), row.getString("trigger_name")),
                row.getString("job_name"),
                row.getString("entry_id"),
                Instant.ofEpochMilli(row.getLong("sched_time")),
                Instant.ofEpochMilli(row.getLong("fired_time")));
    }
}
