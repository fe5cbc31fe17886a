package dev.posthaste.oneshots;

import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group has.
 *
 * @param waiting how many one-shots, with those that were claimed and have not ended
 * @param claimed how many of them were claimed: a node may have begun them
 * @param due how many of them are due by the database's clock
 * @param first when the first of them is, or was, due
 */
public record GroupBacklog(String group, long waiting, long claimed, long due, Instant first) {
    private static final NamedSql SQL = NamedSql.of("""
            select trigger_group, count(*) as waiting, count(*) filter (where is_claimed) as claimed,
                   count(*) filter (where due_at <= floor(extract(epoch from clock_timestamp()) * 1000)) as due,
                   min(due_at) as first
              from (select trigger_group, next_fire_time as due_at, false as is_claimed
                      from qrtz_triggers where sched_name = :scheduler and trigger_type = 'ONCE'
                     union all
                    select f.trigger_group, s.due_at, true
                      from qrtz_fired_one_shots f
                     cross join lateral unnest(f.due_times) with ordinality as s (due_at, place)
                     where f.sched_name = :scheduler and get_bit(f.ended, s.place::int - 1) = 0) o
             group by trigger_group
             order by trigger_group collate "C"
            """);

    static List<GroupBacklog> read(Connection connection, String schedulerName) throws SQLException {
        List<GroupBacklog> backlog = new ArrayList<>();
        Rows.Receiver receiver = row -> backlog.add(new GroupBacklog(
                row.getString("trigger_group"),
                row.getLong("waiting"),
                row.getLong("claimed"),
                row.getLong("due"),
                Instant.ofEpochMilli(row.getLong("first"))));
        SQL.each(connection, values -> values.text("scheduler", schedulerName), receiver);
        return backlog;
    }
}
