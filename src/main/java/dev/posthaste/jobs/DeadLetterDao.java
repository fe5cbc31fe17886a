package dev.posthaste.jobs;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Which chains stand among the dead letters, in the caller's transaction. Thread-safe: holds no state. */
public final class DeadLetterDao {
    private static final String IS_DEAD_LETTER =
            "j.attempt_number = 1 and j.dead_lettered_at is not null and j.replayed_as is null";

    /** The attempt that died, of the dead letter {@code j}: a retry may have been changed before it was sent. */
    private static final String THAT_DIED = """
            left join lateral (
              select m.request_id, m.priority from jobs m
               where m.original_job_id = j.id and m.attempt_number > 1
               order by m.attempt_number desc limit 1) l on true
            """;

    /**
     * A dead letter that the transaction has locked: nobody else replays or removes it meanwhile.
     *
     * @param requestId of the attempt that died
     * @param priority of the same
     */
    public record Locked(long id, long queueId, long requestId, int priority) {}

    /** Those of the team's jobs that are dead letters. */
    public List<Locked> lock(Connection connection, long teamId, Collection<Long> ids) throws SQLException {
        String sql = """
                select j.id, j.queue_id, coalesce(l.request_id, j.request_id), coalesce(l.priority, j.priority)
                  from jobs j
                  %s
                 where j.id = any (?) and j.team_id = ? and %s
                   and exists (select 1 from queues q where q.id = j.queue_id)
                 order by j.id
                   for update of j
                """.formatted(THAT_DIED, IS_DEAD_LETTER);
        return Rows.list(connection, sql, values -> values.numbers(ids).number(teamId), DeadLetterDao::read);
    }

    /** The next ones of a queue, oldest first: those with an id above {@code after}, up to {@code last}. */
    public List<Locked> lockNext(Connection connection, long queueId, long after, long last, int max)
            throws SQLException {
        String sql = """
                select j.id, j.queue_id, coalesce(l.request_id, j.request_id), coalesce(l.priority, j.priority)
                  from jobs j
                  %s
                 where j.queue_id = ? and j.id + 0 > ? and j.id + 0 <= ? and %s
                 order by j.id + 0
                 limit ?
                   for update of j
                """.formatted(THAT_DIED, IS_DEAD_LETTER);
        return Rows.list(
                connection,
                sql,
                values -> values.number(queueId).number(after).number(last).integer(max),
                DeadLetterDao::read);
    }

    /** The newest job id by now: what becomes a dead letter later with a higher one is not meant. */
    public long newestJob(Connection connection) throws SQLException {
        String sql = "select coalesce(max(id), 0) from jobs";
        return Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1));
    }

    /** Dead letters that their queues keep no longer, at most so many; of each queue the oldest. */
    public List<Locked> lockExpired(Connection connection, int max) throws SQLException {
        String sql = """
                select x.*
                  from queues q
                 cross join lateral (
                   select j.id, j.queue_id, j.request_id, j.priority
                     from jobs j
                    where j.queue_id = q.id and %s
                      and j.dead_lettered_at < now() - make_interval(days => q.dlq_retention_days)
                    order by j.id + 0
                    limit ?
                      for update of j skip locked) x
                 limit ?
                """.formatted(IS_DEAD_LETTER);
        return Rows.list(connection, sql, values -> values.integer(max).integer(max), DeadLetterDao::read);
    }

    private static Locked read(ResultSet row) throws SQLException {
        return new Locked(row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4));
    }
}
