package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** What of some groups waits although it is due and no pause holds it back. */
public final class OverdueGroups {
    private OverdueGroups() {}

    /**
     * Of one group.
     *
     * @param count of each priority no more than {@link Standing#MOST_OF_ONE} are counted
     * @param oldest since when the first of them waits
     */
    public record Overdue(long count, Instant oldest) {}

    /** Those that have any, by group: some probes of an index for each, however many one-shots wait. */
    public static Map<String, Overdue> read(Connection connection, String schedulerName, Collection<String> groups)
            throws SQLException {
        String sql = """
                select g.name, d.overdue, d.oldest
                  from unnest(?) as g (name)
                 cross join lateral (
                   with recursive skip (priority) as (
                     (select x.priority
                        from qrtz_triggers x
                       where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                         and x.trigger_group collate "C" = g.name
                       order by x.priority, x.next_fire_time
                       limit 1)
                     union all
                     select n.priority from skip s cross join lateral (
                       select x.priority
                         from qrtz_triggers x
                        where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                          and x.trigger_group collate "C" = g.name and x.priority > s.priority
                        order by x.priority, x.next_fire_time
                        limit 1) n
                   )
                   select count(*) as overdue, min(w.next_fire_time) as oldest
                     from skip s cross join lateral (
                       select x.next_fire_time
                         from qrtz_triggers x
                        where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                          and x.trigger_group collate "C" = g.name and x.priority = s.priority
                          and x.next_fire_time <= floor(extract(epoch from now()) * 1000)::bigint
                        order by x.next_fire_time
                        limit ?) w) d
                 where d.overdue > 0
                   and not exists (select 1 from qrtz_group_gates p
                                    where p.sched_name = ? and p.trigger_group = g.name and p.paused)
                """;
        return Rows.map(
                connection,
                sql,
                values -> values.texts(groups)
                        .text(schedulerName)
                        .text(schedulerName)
                        .text(schedulerName)
                        .integer(Standing.MOST_OF_ONE)
                        .text(schedulerName),
                row -> row.getString("name"),
                row -> new Overdue(row.getLong("overdue"), Instant.ofEpochMilli(row.getLong("oldest"))));
    }
}
