package dev.posthaste.queues;

import dev.posthaste.jobs.NoQueue;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.sql.NamedSql;
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
    public record Total(long pending, long inFlight, Tally tally) {
        private Total plus(Total other) {
            return new Total(pending + other.pending, inFlight + other.inFlight, tally.plus(other.tally));
        }
    }

    /** The queues of a team that were made first, at most so many, in the order of their making. */
    public List<QueueGlance> first(Connection connection, long teamId, int max) throws SQLException {
        // All counts by one scan: a probe for each queue takes twice the time.
        String sql = """
                select q.id, q.name, q.is_active, coalesce(c.pending, 0) as pending,
                       coalesce(c.dead_lettered, 0) as dead_lettered, coalesce(c.accepted, 0) as accepted,
                       coalesce(c.delivered, 0) as delivered, coalesce(c.failed_attempts, 0) as failed_attempts,
                       coalesce(c.retried, 0) as retried, coalesce(c.died, 0) as died,
                       coalesce(c.cancelled, 0) as cancelled, coalesce(f.processing, 0) as processing
                  from (select id, name, is_active from queues where team_id = :team order by id limit :max) q
                  left join (
                    select s.queue_id, %s
                      from queue_counts s
                     where s.queue_id = any (array(select id from queues where team_id = :team order by id limit :max))
                     group by s.queue_id) c
                    on c.queue_id = q.id
                  left join (select trigger_group, sum(remaining) as processing
                               from qrtz_fired_one_shots group by trigger_group) f
                    on f.trigger_group = 'q' || q.id
                 order by q.id
                """;
        NamedSql named = NamedSql.of(sql.formatted(SUMS));
        return Rows.list(
                connection,
                named.text(),
                named.binding(values -> values.number("team", teamId).integer("max", max)),
                QueueGlances::glance);
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

    /**
     * Of all its queues, and of what it has without one: what was read of the first is not read once more.
     *
     * @param first what {@link #first} has read, in the same transaction
     */
    public Total total(Connection connection, long teamId, List<QueueGlance> first) throws SQLException {
        long noQueue = NoQueue.of(teamId);
        long after = first.isEmpty() ? 0 : first.get(first.size() - 1).id();
        String sql = """
                with others as (
                  select id from queues where team_id = ? and id > ? union all select ?
                )
                select c.*, f.*
                  from (select %s from others join queue_counts s on s.queue_id = others.id) c
                 cross join (
                   select coalesce(sum(remaining), 0) as in_flight,
                          coalesce(sum(remaining) filter (where trigger_group <> ?), 0) as of_queues
                     from qrtz_fired_one_shots
                    where trigger_group in (select 'q' || id from others)) f
                """.formatted(SUMS);
        Total others = Rows.one(
                connection,
                sql,
                values -> values.number(teamId).number(after).number(noQueue).text(Triggers.jobGroup(noQueue)),
                row -> new Total(
                        Math.max(0, row.getLong("pending") - row.getLong("of_queues")),
                        row.getLong("in_flight"),
                        TallyDao.tally(row)));
        return first.stream()
                .map(queue -> new Total(queue.pending(), queue.processing(), queue.tally()))
                .reduce(others, Total::plus);
    }
}
