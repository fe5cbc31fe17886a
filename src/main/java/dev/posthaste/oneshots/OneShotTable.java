package dev.posthaste.oneshots;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
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
    private static final NamedSql INSERT = NamedSql.of("""
            insert into qrtz_triggers
              (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time, prev_fire_time,
               priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
            select :scheduler, name, grp, kind, 'one-shots', due, -1, priority, 'WAITING', 'ONCE', due, 0, -1, weight
              from unnest(:names, :groups, :kinds, :due, :priorities, :weights)
                   as t (name, grp, kind, due, priority, weight)
            """);

    private static final NamedSql ABSENT = NamedSql.of("""
            select w.grp as trigger_group, w.name as trigger_name
              from unnest(:groups, :names) as w (grp, name)
             where not exists (
               select 1 from qrtz_triggers t
                where t.sched_name = :scheduler and t.trigger_name = w.name and t.trigger_group = w.grp)
            """);

    private final String schedulerName;

    OneShotTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /** Adds them; a key that exists already is an error. */
    BoundStatement insertion(List<OneShot> oneShots) {
        return BoundStatement.effect(
                INSERT,
                values -> values.text("scheduler", schedulerName)
                        .rows(oneShots)
                        .texts("names", shot -> shot.key().name())
                        .texts("groups", shot -> shot.key().group())
                        .texts("kinds", OneShot::kind)
                        .instants("due", OneShot::due)
                        .longs("priorities", OneShot::priority)
                        .ints("weights", OneShot::weight));
    }

    /** Those that are there, in whatever state. */
    Set<OneShotKey> waiting(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        String sql = """
                select t.trigger_name, t.trigger_group from qrtz_triggers t
                 where t.sched_name = ? and t.trigger_name = any (?) and t.trigger_group = any (?)
                """;
        Set<OneShotKey> found = keys(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .texts(keys.stream().map(OneShotKey::name).toList())
                        .texts(keys.stream().map(OneShotKey::group).distinct().toList()));
        found.retainAll(Set.copyOf(keys));
        return found;
    }

    /** Those that are not there, in whatever state. */
    Set<OneShotKey> absent(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return keys(
                connection,
                ABSENT.text(),
                ABSENT.binding(values -> values.text("scheduler", schedulerName)
                        .rows(keys)
                        .texts("groups", OneShotKey::group)
                        .texts("names", OneShotKey::name)));
    }

    /** Those that wait, in the order of the primary key. */
    List<OneShots.Waiting> after(Connection connection, OneShotKey after, int max) throws SQLException {
        String sql = """
                select trigger_name, trigger_group, job_name from qrtz_triggers
                 where sched_name = ? and (trigger_name, trigger_group) > (?, ?) and trigger_type = 'ONCE'
                 order by trigger_name, trigger_group
                 limit ?
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(after.name())
                        .text(after.group())
                        .integer(max),
                row -> new OneShots.Waiting(
                        new OneShotKey(row.getString("trigger_group"), row.getString("trigger_name")),
                        row.getString("job_name")));
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
        return keys(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .texts(keys.stream().map(OneShotKey::name).toList())
                        .texts(keys.stream().map(OneShotKey::group).distinct().toList())
                        .texts(keys.stream()
                                .map(key -> key.group() + '\u0001' + key.name())
                                .toList()));
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
        return keys(
                connection,
                sql,
                values -> values.text(schedulerName).text(group).integer(max));
    }

    boolean hold(Connection connection, OneShotKey key) throws SQLException {
        String sql = """
                select 1 from qrtz_triggers
                 where sched_name = ? and trigger_name = ? and trigger_group = ? and trigger_state = 'WAITING'
                   for update
                """;
        return Rows.exist(
                connection,
                sql,
                values -> values.text(schedulerName).text(key.name()).text(key.group()));
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
        return sql.update(
                        connection,
                        values -> values.number("due", due.toEpochMilli())
                                .integer("priority", priority)
                                .integer("weight", weight)
                                .text("scheduler", schedulerName)
                                .text("name", key.name())
                                .text("group", key.group()))
                == 1;
    }

    /** Waiting or claimed, in one look: what moves from the one to the other meanwhile would be missed by two. */
    boolean hasAny(Connection connection, String group) throws SQLException {
        String sql = """
                select exists (select 1 from qrtz_triggers
                                where sched_name || '' = ? and trigger_group collate "C" = ? and trigger_state = 'WAITING'
                                  and trigger_type = 'ONCE')
                    or exists (select 1 from qrtz_fired_one_shots where sched_name = ? and trigger_group = ?)
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(group)
                        .text(schedulerName)
                        .text(group),
                row -> row.getBoolean(1));
    }

    /** Keys from the columns trigger_group and trigger_name. */
    static Set<OneShotKey> keys(Connection connection, String sql, Parameters.Binding binding) throws SQLException {
        return new HashSet<>(Rows.list(
                connection,
                sql,
                binding,
                row -> new OneShotKey(row.getString("trigger_group"), row.getString("trigger_name"))));
    }
}
