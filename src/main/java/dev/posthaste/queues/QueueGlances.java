package dev.posthaste.queues;

import dev.posthaste.jobs.NoQueue;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads what is counted of a team's queues, on the caller's connection: what it costs depends on how many queues there are and
 * not on how many jobs. Thread-safe: holds no state.
 */
public final class QueueGlances {
    private static final String SUMS = """
            coalesce(sum(s.pending), 0)::bigint as pending, coalesce(sum(s.dead_lettered), 0)::bigint as dead_lettered,
            coalesce(sum(s.accepted), 0)::bigint as accepted, coalesce(sum(s.delivered), 0)::bigint as delivered,
            coalesce(sum(s.failed_attempts), 0)::bigint as failed_attempts,
            coalesce(sum(s.retried), 0)::bigint as retried, coalesce(sum(s.died), 0)::bigint as died,
            coalesce(sum(s.cancelled), 0)::bigint as cancelled
            """;

    /**
     * All that a team has, in queues or not.
     *
     * @param pending jobs in queues that have not ended, those in flight not among them
     * @param inFlight jobs and executions
     */
    public record Total(long pending, long inFlight, Tally tally) {}

    /** The queues of a team that were made first, at most so many, in the order of their making. */
    public List<QueueGlance> first(Connection connection, long teamId, int max) throws SQLException {
        String sql = """
                select q.id, q.name, q.is_active, c.*, coalesce(f.processing, 0) as processing
                  from (select id, name, is_active from queues where team_id = ? order by id limit ?) q
                 cross join lateral (select %s from queue_counts s where s.queue_id = q.id) c
                  left join (select trigger_group, sum(remaining) as processing
                               from qrtz_fired_one_shots group by trigger_group) f
                    on f.trigger_group = 'q' || q.id
                 order by q.id
                """.formatted(SUMS);
        return Rows.list(connection, sql, values -> values.number(teamId).integer(max), QueueGlances::glance);
    }

    private static QueueGlance glance(ResultSet row) throws SQLException {
        long processing = row.getLong("processing");
        return new QueueGlance(
                row.getLong("id"),
                row.getString("name"),
                row.getBoolean("is_active"),
                Math.max(0, row.getLong("pending") - processing),
                processing,
                row.getLong("dead_lettered"),
                TallyDao.tally(row));
    }

    /** Of all its queues, and of what it has without one. */
    public Total total(Connection connection, long teamId) throws SQLException {
        long noQueue = NoQueue.of(teamId);
        String sql = """
                with own as (
                  select id from queues where team_id = ? union all select ?
                )
                select c.*, f.*
                  from (select %s from own join queue_counts s on s.queue_id = own.id) c
                 cross join (
                   select coalesce(sum(remaining), 0) as in_flight,
                          coalesce(sum(remaining) filter (where trigger_group <> ?), 0) as of_queues
                     from qrtz_fired_one_shots
                    where trigger_group in (select 'q' || id from own)) f
                """.formatted(SUMS);
        return Rows.one(
                connection,
                sql,
                values -> values.number(teamId).number(noQueue).text(Triggers.jobGroup(noQueue)),
                row -> new Total(
                        Math.max(0, row.getLong("pending") - row.getLong("of_queues")),
                        row.getLong("in_flight"),
                        TallyDao.tally(row)));
    }
}
