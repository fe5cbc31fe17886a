package dev.posthaste.queues;

import dev.posthaste.jobs.NoQueue;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The {@code queue_counts} table: each queue's counts in several rows, which are summed on reading, so that transactions
 * that count for the same queue do not wait for each other. Always written in the order of the queues. Under the number of
 * {@link dev.posthaste.jobs.NoQueue} stands the tally of what belongs to no queue, and of deleted ones. Thread-safe: holds no
 * state.
 */
public final class QueueCountDao {
    private static final NamedSql ADD = NamedSql.of("""
            insert into queue_counts as c
              (queue_id, shard, pending, completed, failed, dead_lettered,
               accepted, delivered, failed_attempts, retried, died, cancelled)
            select queue_id, pg_backend_pid() % 16, pending, completed, failed, dead_lettered,
                   accepted, delivered, failed_attempts, retried, died, cancelled
              from unnest(:queues, :pending, :completed, :failed, :dead_lettered,
                          :accepted, :delivered, :failed_attempts, :retried, :died, :cancelled) as t
                (queue_id, pending, completed, failed, dead_lettered,
                 accepted, delivered, failed_attempts, retried, died, cancelled)
            on conflict (queue_id, shard) do update
               set pending = c.pending + excluded.pending, completed = c.completed + excluded.completed,
                   failed = c.failed + excluded.failed, dead_lettered = c.dead_lettered + excluded.dead_lettered,
                   accepted = c.accepted + excluded.accepted, delivered = c.delivered + excluded.delivered,
                   failed_attempts = c.failed_attempts + excluded.failed_attempts,
                   retried = c.retried + excluded.retried, died = c.died + excluded.died,
                   cancelled = c.cancelled + excluded.cancelled
            """);

    /** Counts the jobs of teams that have not ended, those in flight among them; a team without any is missing. */
    public BoundStatement pendingOfTeams(Collection<Long> teamIds, Consumer<Map<Long, PendingJobs>> receiver) {
        String sql = """
                select q.team_id, sum(c.pending), count(*)
                  from queues q join queue_counts c on c.queue_id = q.id
                 where q.team_id = any (?)
                 group by q.team_id
                """;
        return BoundStatement.map(
                sql,
                Rows.ids(teamIds),
                row -> row.getLong(1),
                row -> new PendingJobs(row.getLong(2), row.getInt(3)),
                receiver);
    }

    /** How many jobs of all queues have not ended, those in flight among them. */
    public long pending(Connection connection) throws SQLException {
        String sql = "select coalesce(sum(pending), 0)::bigint from queue_counts";
        return Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1));
    }

    /** Adds to the counts, in the transaction that changes what is counted. */
    public BoundStatement addition(Map<Long, CountChange> changes) {
        List<Map.Entry<Long, CountChange>> inOrder = List.copyOf(new TreeMap<>(changes).entrySet());
        return BoundStatement.effect(
                ADD,
                values -> values.rows(inOrder)
                        .longs("queues", Map.Entry::getKey)
                        .longs("pending", QueueCountDao::pending)
                        .longs("completed", entry -> entry.getValue().completed())
                        .longs("failed", entry -> entry.getValue().failed())
                        .longs("dead_lettered", entry -> entry.getValue().deadLettered())
                        .longs("accepted", entry -> entry.getValue().tally().accepted())
                        .longs("delivered", entry -> entry.getValue().tally().delivered())
                        .longs(
                                "failed_attempts",
                                entry -> entry.getValue().tally().failedAttempts())
                        .longs("retried", entry -> entry.getValue().tally().retried())
                        .longs("died", entry -> entry.getValue().tally().deadLettered())
                        .longs("cancelled", entry -> entry.getValue().tally().cancelled()));
    }

    /** What belongs to no queue is tallied, and not counted where it waits: nobody looks for it there. */
    private static long pending(Map.Entry<Long, CountChange> entry) {
        return entry.getKey() < 0 ? 0 : entry.getValue().pending();
    }

    /** Deletes a queue's counts; what it has tallied goes on in the row of what belongs to no queue of its team. */
    void removeQueue(Connection connection, long teamId, long queueId) throws SQLException {
        String fold = """
                insert into queue_counts as c
                  (queue_id, shard, pending, completed, failed, dead_lettered,
                   accepted, delivered, failed_attempts, retried, died, cancelled)
                select ?, d.shard, 0, 0, 0, 0,
                       d.accepted, d.delivered, d.failed_attempts, d.retried, d.died, d.cancelled
                  from queue_counts d where d.queue_id = ?
                on conflict (queue_id, shard) do update
                   set accepted = c.accepted + excluded.accepted, delivered = c.delivered + excluded.delivered,
                       failed_attempts = c.failed_attempts + excluded.failed_attempts,
                       retried = c.retried + excluded.retried, died = c.died + excluded.died,
                       cancelled = c.cancelled + excluded.cancelled
                """;
        Rows.update(
                connection, fold, values -> values.number(NoQueue.of(teamId)).number(queueId));
        Rows.update(connection, "delete from queue_counts where queue_id = ?", values -> values.number(queueId));
    }

    /** Deletes what stands under the number of no queue of teams that are gone. */
    void removeGoneTeams(Connection connection) throws SQLException {
        String sql = """
                delete from queue_counts c
                 where c.queue_id < 0 and not exists (select 1 from teams t where t.id = -c.queue_id)
                """;
        Rows.update(connection, sql, Parameters.NONE);
    }
}
