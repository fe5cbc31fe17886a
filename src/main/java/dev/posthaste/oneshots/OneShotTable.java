package dev.posthaste.oneshots;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one-shots that wait, rows of Quartz's triggers. Each method is one statement whatever the size of the batch. It joins
 * by primary key from the arrays that it is given, so that its plan is right on tables that were never analysed.
 * A claim takes a one-shot from here to the {@link FiredTable}. Thread-safe: holds no state.
 */
final class OneShotTable {
    private final String schedulerName;

    OneShotTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /** Adds them; a key that exists already is an error. */
    BoundStatement insertion(List<OneShot> oneShots) {
        String sql = """
                insert into qrtz_triggers
                  (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time, prev_fire_time,
                   priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
                select ?, name, grp, kind, 'one-shots', due, -1, priority, 'WAITING', 'ONCE', due, 0, -1, weight
                  from unnest(?, ?, ?, ?, ?, ?) as t (name, grp, kind, due, priority, weight)
                """;
        return BoundStatement.effect(sql, (statement, first) -> {
            statement.setString(first, schedulerName);
            return new ArrayBinder<>(statement, first + 1, oneShots)
                    .texts(shot -> shot.key().name())
                    .texts(shot -> shot.key().group())
                    .texts(OneShot::kind)
                    .instants(OneShot::due)
                    .longs(OneShot::priority)
                    .ints(OneShot::weight)
                    .next();
        });
    }

    /** Removes those triggers that are waiting and returns them. Without a join: see {@link ArrayBinder}. */
    Set<OneShotKey> delete(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        String sql = """
                delete from qrtz_triggers t
                 where t.sched_name = ? and t.trigger_name = any (?) and t.trigger_group = any (?)
                   and t.trigger_group || chr(1) || t.trigger_name = any (?)
                   and t.trigger_state = 'WAITING'
                returning t.trigger_name, t.trigger_group
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            List<String> groups =
                    keys.stream().map(OneShotKey::group).distinct().toList();
            statement.setString(1, schedulerName);
            new ArrayBinder<>(statement, 2, keys).texts(OneShotKey::name);
            new ArrayBinder<>(statement, 3, groups).texts(group -> group);
            new ArrayBinder<>(statement, 4, keys).texts(key -> key.group() + '\u0001' + key.name());
            return readKeys(statement);
        }
    }

    /** Removes some of a group's waiting triggers, in the order of the index that the claim uses. */
    Set<OneShotKey> deleteWaiting(Connection connection, String group, int max) throws SQLException {
        String sql = """
                delete from qrtz_triggers
                 where ctid = any (array(
                   select ctid from qrtz_triggers
                    where sched_name || '' = ? and trigger_group collate "C" = ? and trigger_state = 'WAITING'
                      and trigger_type = 'ONCE'
                    order by priority, next_fire_time
                    limit ?
                      for update skip locked))
                returning trigger_name, trigger_group
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, group);
            statement.setInt(3, max);
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

    /** @param weight null to leave it as it is */
    boolean reschedule(Connection connection, OneShotKey key, Instant due, int priority, @Nullable Integer weight)
            throws SQLException {
        NamedSql sql = NamedSql.of("""
                update qrtz_triggers
                   set next_fire_time = :due, start_time = :due, priority = :priority, weight = coalesce(:weight, weight)
                 where sched_name = :scheduler and trigger_name = :name and trigger_group = :group
                   and trigger_state = 'WAITING'
                """);
        try (PreparedStatement statement = sql.prepare(connection)) {
            sql.bind(statement)
                    .number("due", due.toEpochMilli())
                    .integer("priority", priority)
                    .integer("weight", weight)
                    .text("scheduler", schedulerName)
                    .text("name", key.name())
                    .text("group", key.group());
            return statement.executeUpdate() == 1;
        }
    }

    /** Waiting or claimed, in one look: what moves from the one to the other meanwhile would be missed by two. */
    boolean hasAny(Connection connection, String group) throws SQLException {
        String sql = """
                select exists (select 1 from qrtz_triggers
                                where sched_name || '' = ? and trigger_group collate "C" = ? and trigger_state = 'WAITING'
                                  and trigger_type = 'ONCE')
                    or exists (select 1 from qrtz_fired_one_shots where sched_name = ? and trigger_group = ?)
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

    /** Keys from the columns trigger_group and trigger_name. */
    static Set<OneShotKey> readKeys(PreparedStatement statement) throws SQLException {
        Set<OneShotKey> keys = new HashSet<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                keys.add(new OneShotKey(row.getString("trigger_group"), row.getString("trigger_name")));
            }
        }
        return keys;
    }
}
