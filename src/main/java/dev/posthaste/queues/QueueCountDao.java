package dev.posthaste.queues;

import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The {@code queue_counts} table: each queue's counts in several rows, which are summed on reading, so that transactions
 * that count for the same queue do not wait for each other. Always written in the order of the queues. Thread-safe: holds
 * no state.
 */
public final class QueueCountDao {
    private static final NamedSql ADD = NamedSql.of("""
            insert into queue_counts as c (queue_id, shard, pending, completed, failed, dead_lettered)
            select queue_id, pg_backend_pid() % 16, pending, completed, failed, dead_lettered
              from unnest(:queues, :pending, :completed, :failed, :dead_lettered) as t
                (queue_id, pending, completed, failed, dead_lettered)
            on conflict (queue_id, shard) do update
               set pending = c.pending + excluded.pending, completed = c.completed + excluded.completed,
                   failed = c.failed + excluded.failed, dead_lettered = c.dead_lettered + excluded.dead_lettered
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

    /** Adds to the counts, in the transaction that changes what is counted. */
    public BoundStatement addition(Map<Long, CountChange> changes) {
        List<Map.Entry<Long, CountChange>> inOrder = List.copyOf(new TreeMap<>(changes).entrySet());
        return BoundStatement.effect(
                ADD,
                values -> values.rows(inOrder)
                        .longs("queues", Map.Entry::getKey)
                        .longs("pending", entry -> entry.getValue().pending())
                        .longs("completed", entry -> entry.getValue().completed())
                        .longs("failed", entry -> entry.getValue().failed())
                        .longs("dead_lettered", entry -> entry.getValue().deadLettered()));
    }
}
