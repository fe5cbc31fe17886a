package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * How the cluster stands, by the database.
 *
 * @param overdue one-shots that wait although they are due and no pause holds them back; of each group and priority no more
 *     than {@link #MOST_OF_ONE} are counted
 * @param oldest since when the first of them waits; empty when there is none
 * @param nodes members whose check-in is not long ago
 * @param at when it was so, by the database's clock
 */
public record Standing(long overdue, Optional<Instant> oldest, int nodes, Instant at) {
    /** So that a backlog of a million costs no more than one of a thousand. */
    public static final int MOST_OF_ONE = 1_000;

    /** Reads it: some probes of an index for each group, however many one-shots wait. */
    public static Standing read(Connection connection, String schedulerName) throws SQLException {
        String sql = """
                with recursive now as materialized (
                  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms
                ), skip as (
                  (select x.trigger_group, x.priority
                     from qrtz_triggers x
                    where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                    order by x.trigger_group collate "C", x.priority, x.next_fire_time
                    limit 1)
                  union all
                  select n.* from skip s cross join lateral (
                    select x.trigger_group, x.priority
                      from qrtz_triggers x
                     where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                       and (x.trigger_group collate "C", x.priority) > (s.trigger_group, s.priority)
                     order by x.trigger_group collate "C", x.priority, x.next_fire_time
                     limit 1) n
                ), due as (
                  select d.next_fire_time
                    from skip s cross join now cross join lateral (
                      select x.next_fire_time
                        from qrtz_triggers x
                       where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                         and x.trigger_group collate "C" = s.trigger_group and x.priority = s.priority
                         and x.next_fire_time <= now.ms
                       order by x.next_fire_time
                       limit ?) d
                   where not exists (select 1 from qrtz_group_gates g
                                      where g.sched_name = ? and g.trigger_group = s.trigger_group and g.paused)
                )
                select now.ms, (select count(*) from due) as overdue, (select min(next_fire_time) from due) as oldest,
                       (select count(*) from qrtz_scheduler_state m
                         where m.sched_name = ? and m.checkin_interval > 0
                           and m.last_checkin_time > now.ms - 2 * m.checkin_interval) as nodes
                  from now
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(schedulerName)
                        .text(schedulerName)
                        .integer(MOST_OF_ONE)
                        .text(schedulerName)
                        .text(schedulerName),
                Standing::read);
    }

    private static Standing read(ResultSet row) throws SQLException {
        long oldest = row.getLong("oldest");
        Optional<Instant> since = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
        return new Standing(
                row.getLong("overdue"), since, row.getInt("nodes"), Instant.ofEpochMilli(row.getLong("ms")));
    }
}
