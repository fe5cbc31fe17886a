package dev.posthaste.oneshots;

import dev.posthaste.sql.NamedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** What of some groups waits although it is due and no pause holds it back. */
public final class OverdueGroups {
    /**
     * So many are counted in all, so that a team whose every queue has a backlog costs no more than one that has a few: of the
     * largest backlogs of two hundred queues a hundred each.
     */
    private static final int MOST_OF_ALL = 20_000;

    private static final String WAITING = """
            x.sched_name || '' = :scheduler and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
              and x.trigger_group collate "C" = g.name
            """;

    /** What is behind an {@code offset 0} is worked out by itself: a condition on the count would count once more. */
    private static final NamedSql OVERDUE = NamedSql.of("""
            select g.name, d.overdue, d.oldest
              from (
                select n.name from unnest(:groups) as n (name)
                 where not exists (select 1 from qrtz_group_gates p
                                    where p.sched_name = :scheduler and p.trigger_group = n.name and p.paused)
                offset 0) g
             cross join lateral (
               with recursive now as materialized (
                 select floor(extract(epoch from now()) * 1000)::bigint as ms
               ), skip (priority, first_at) as (
                 (select x.priority, x.next_fire_time from qrtz_triggers x
                   where %1$s
                   order by x.priority, x.next_fire_time limit 1)
                 union all
                 select n.* from skip s cross join lateral (
                   select x.priority, x.next_fire_time from qrtz_triggers x
                    where %1$s and x.priority > s.priority
                    order by x.priority, x.next_fire_time limit 1) n
               ), late as (
                 select s.* from skip s cross join now where s.first_at <= now.ms
               )
               select (select count(*) from (
                         select 1 from late l cross join now cross join lateral (
                           select 1 from qrtz_triggers x
                            where %1$s and x.priority = l.priority and x.next_fire_time <= now.ms
                            order by x.next_fire_time limit :share) w
                          limit :share) c) as overdue,
                      (select min(l.first_at) from late l) as oldest
               offset 0) d
             where d.overdue > 0
            """.formatted(WAITING));

    private OverdueGroups() {}

    /**
     * Of one group.
     *
     * @param count no more than a share of what is counted in all, nor than {@link Standing#MOST_OF_ONE}
     * @param oldest since when the first of them waits
     */
    public record Overdue(long count, Instant oldest) {}

    /**
     * Those that have any, by group: some probes of an index for each, and so many entries as are counted, however many
     * one-shots wait. Groups that are paused are not looked at.
     */
    public static Map<String, Overdue> read(Connection connection, String schedulerName, Collection<String> groups)
            throws SQLException {
        int share = Math.min(Standing.MOST_OF_ONE, MOST_OF_ALL / Math.max(1, groups.size()));
        inOrderOfTheIndex(connection, true);
        Map<String, Overdue> overdue = OVERDUE.map(
                connection,
                values -> values.texts("groups", groups)
                        .text("scheduler", schedulerName)
                        .integer("share", share),
                row -> row.getString("name"),
                row -> new Overdue(row.getLong("overdue"), Instant.ofEpochMilli(row.getLong("oldest"))));
        inOrderOfTheIndex(connection, false);
        return overdue;
    }

    /** Where most groups are small the planner would rather read all of one and sort it, and some are not small. */
    private static void inOrderOfTheIndex(Connection connection, boolean isOn) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local enable_bitmapscan to " + (isOn ? "off" : "default"));
        }
    }
}
