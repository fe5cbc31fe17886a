package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which triggers there should be: what is pending has one, and nothing else. Reads in pages by the indexes of lists, however
 * much is pending. The connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
public final class OwedTriggerDao {
    private static final NamedSql PENDING_AFTER = NamedSql.of("""
            select j.queue_id, j.id
              from queues q
             cross join lateral (
               select m.queue_id, m.id from jobs m
                where m.queue_id = q.id and m.status = 'pending' and coalesce(m.final_status, '') = ''
                  and (m.id + 0) > case when q.id = :queue then :job else 0 end
                order by (m.id + 0)
                limit :max) j
             where q.id >= :queue
             order by q.id
             limit :max
            """);

    /** How far pending jobs have been looked at: by their queues, then by their ids. */
    public record Position(long queueId, long jobId) {
        /** Before all of them. */
        public static final Position START = new Position(0, 0);

        /** Of the trigger that the job should have. */
        public OneShotKey key() {
            return Triggers.keyOfJob(queueId, jobId);
        }
    }

    /** Pending jobs of queues that are there; executions of crons are none. */
    public List<Position> pendingAfter(Connection connection, Position after, int max) throws SQLException {
        return Rows.list(
                connection,
                PENDING_AFTER.text(),
                PENDING_AFTER.binding(values -> values.number("queue", after.queueId())
                        .number("job", after.jobId())
                        .integer("max", max)),
                row -> new Position(row.getLong("queue_id"), row.getLong("id")));
    }

    /** What should send those of the jobs that are pending; nobody changes these until the transaction ends. */
    public List<OneShot> hold(Connection connection, Collection<Long> jobIds) throws SQLException {
        String sql = """
                select j.id, j.queue_id, j.due_at, j.priority,
                       coalesce(octet_length(r.body), 0) + octet_length(r.headers) as weight
                  from jobs j join requests r on r.id = j.request_id
                 where j.id = any (?) and j.status = 'pending'
                 order by j.id
                   for no key update of j
                """;
        return Rows.list(
                connection,
                sql,
                Rows.ids(jobIds),
                row -> Triggers.ofJob(
                        row.getLong("queue_id"),
                        row.getLong("id"),
                        Rows.instant(row, "due_at"),
                        row.getInt("priority"),
                        Weight.ofBytes(row.getLong("weight"))));
    }

    /** Those of jobs and executions with these ids that are pending. */
    public Set<OneShotKey> ofAttempts(Connection connection, Collection<Long> ids) throws SQLException {
        return new HashSet<>(new ExecutionDao().triggersOf(connection, ids));
    }

    /** Those of the callbacks with these ids that are still to be delivered. */
    public Set<OneShotKey> ofCallbacks(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = "select id, queue_id from callbacks where id = any (?) and status = 'pending'";
        return new HashSet<>(Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.keyOfCallback(row.getLong("queue_id"), row.getLong("id"))));
    }
}
