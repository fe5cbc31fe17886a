package dev.posthaste.queues;

import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.Gate;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.OnConflict;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for gates that do not say what their queues say, and for counts of queues that are not so, and sets them right. No way
 * through this program leads there: somebody has changed the tables by hand, or has restored a part of them. To be run by one
 * node at a time. Thread-safe.
 */
public final class RepairQueues {
    private static final Logger LOG = LoggerFactory.getLogger(RepairQueues.class);
    private static final int PAGE = 50;

    /** Few, because each may have {@link #MAX_ENDED} rows to be counted, three times. */
    private static final int COUNTED_AT_ONCE = 5;

    /** What has ended is counted anew where it is no more than that: each of it is looked at. */
    private static final int MAX_ENDED = 50_000;

    /**
     * What should be counted, less what is, in one statement and so at one moment: both are changed together. What is pending
     * is read off an index alone.
     */
    private static final String DIFFERENCES = """
            with open_executions as materialized (
              select gate_queue_id as queue_id, count(*) as pending from jobs
               where cron_id is not null and attempt_number = 1 and (status = 'pending' or final_status = 'retrying')
                 and gate_queue_id is not null
               group by gate_queue_id
            ), counted as (
              select q.id, coalesce(s.pending, 0) as pending, coalesce(s.completed, 0) as completed,
                     coalesce(s.failed, 0) as failed, coalesce(s.dead_lettered, 0) as dead_lettered
                from (select id from queues where id > ? order by id limit ?) q
                left join lateral (
                  select sum(c.pending) as pending, sum(c.completed) as completed, sum(c.failed) as failed,
                         sum(c.dead_lettered) as dead_lettered
                    from queue_counts c where c.queue_id = q.id) s on true
            )
            select c.id,
                   (select count(*) from jobs j where j.queue_id = c.id and j.status = 'pending')
                     + coalesce(e.pending, 0) - c.pending as pending,
                   case when small.yes then (
                     select count(*) from jobs j
                      where j.queue_id = c.id and j.status in ('completed', 'failed')
                        and coalesce(j.final_status, '') = 'success' and j.attempt_number = 1) - c.completed
                   else 0 end as completed,
                   case when small.yes then (
                     select count(*) from jobs j
                      where j.queue_id = c.id and j.status in ('completed', 'failed')
                        and coalesce(j.final_status, '') = 'failed_no_retries' and j.attempt_number = 1) - c.failed
                   else 0 end as failed,
                   case when small.yes then (
                     select count(*) from jobs j
                      where j.queue_id = c.id and j.attempt_number = 1 and j.dead_lettered_at is not null
                        and j.replayed_as is null and j.final_status = 'dead_lettered') - c.dead_lettered
                   else 0 end as dead_lettered
              from counted c
             cross join lateral (
               select count(*) <= ? as yes from (
                 select 1 from jobs j where j.queue_id = c.id and j.status in ('completed', 'failed', 'cancelled') limit ?) ended) small
              left join open_executions e on e.queue_id = c.id
             order by c.id
            """;

    private final Jdbi database;
    private final OneShots oneShots;
    private final QueueDao queues = new QueueDao();
    private final QueueCountDao counts = new QueueCountDao();
    private long countedUpTo;

    /** Looks at all queues of the database. */
    public RepairQueues(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
    }

    /** A queue and by how much its counts are to change. */
    private record Difference(long queueId, CountChange change) {}

    /** What a queue says of its gate. */
    private record Wanted(long queueId, Gate gate) {
        String group() {
            return Triggers.jobGroup(queueId);
        }
    }

    /** Has each gate say what its queue says, and returns how many did not. */
    public int gates() throws SQLException {
        int found = 0;
        long after = 0;
        List<Wanted> page;
        do {
            long from = after;
            List<Wanted> looked = new ArrayList<>();
            List<Wanted> wrong = OnConflict.repeat(() -> database.inTransaction(
                    // One snapshot of queues and gates, which are changed together.
                    TransactionIsolationLevel.REPEATABLE_READ, handle -> {
                        looked.clear();
                        looked.addAll(wantedAfter(handle.getConnection(), from));
                        return setWrong(handle.getConnection(), looked);
                    }));
            wrong.forEach(one -> oneShots.gateCommitted(one.group()));
            found += wrong.size();
            page = looked;
            after = page.isEmpty() ? from : page.get(page.size() - 1).queueId();
        } while (page.size() == PAGE);
        return found;
    }

    private static List<Wanted> wantedAfter(Connection connection, long after) throws SQLException {
        String sql = """
                select id, is_active, max_parallelism, max_per_second from queues where id > ? order by id limit ?
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.number(after).integer(PAGE),
                row -> new Wanted(
                        row.getLong("id"),
                        new Gate(
                                !row.getBoolean("is_active"),
                                row.getObject("max_parallelism", Integer.class),
                                row.getObject("max_per_second", Integer.class))));
    }

    private List<Wanted> setWrong(Connection connection, List<Wanted> wanted) throws SQLException {
        Map<String, Gate> gates =
                oneShots.gates(connection, wanted.stream().map(Wanted::group).toList());
        List<Wanted> wrong = wanted.stream()
                .filter(one -> !one.gate().equals(gates.getOrDefault(one.group(), Gate.OPEN)))
                .toList();
        for (Wanted one : wrong) {
            // Whoever changes the queue meanwhile is waited for, and this is done again.
            queues.lockSettings(connection, one.queueId());
            oneShots.setGate(connection, one.group(), one.gate());
            LOG.warn(
                    "The gate of queue {} was {} and is {} now, as the queue says: its row was changed by hand",
                    one.queueId(),
                    gates.getOrDefault(one.group(), Gate.OPEN),
                    one.gate());
        }
        return wrong;
    }

    /**
     * Has some queues count what is there, where the last call of this has ended, and returns for how many that was not so. What
     * has ended is looked at row by row: some tens of milliseconds for each queue that has many.
     *
     * @param isTimeLeft asked after each few queues
     * @param fromTheStart whether to begin at the first queue
     */
    public synchronized int counts(BooleanSupplier isTimeLeft, boolean fromTheStart) throws SQLException {
        int found = 0;
        countedUpTo = fromTheStart ? 0 : countedUpTo;
        do {
            List<Difference> page = new ArrayList<>();
            long from = countedUpTo;
            database.useHandle(handle -> page.addAll(differencesAfter(handle.getConnection(), from)));
            for (Difference one : page) {
                if (!one.change().equals(CountChange.NONE)) {
                    found += add(one) ? 1 : 0;
                }
            }
            countedUpTo = page.size() < COUNTED_AT_ONCE
                    ? 0
                    : page.get(page.size() - 1).queueId();
        } while (countedUpTo > 0 && isTimeLeft.getAsBoolean());
        return found;
    }

    private static List<Difference> differencesAfter(Connection connection, long after) throws SQLException {
        return Rows.list(
                connection,
                DIFFERENCES,
                values -> values.number(after)
                        .integer(COUNTED_AT_ONCE)
                        .integer(MAX_ENDED)
                        .integer(MAX_ENDED + 1),
                row -> new Difference(
                        row.getLong("id"),
                        new CountChange(
                                Math.toIntExact(row.getLong("pending")),
                                Math.toIntExact(row.getLong("completed")),
                                Math.toIntExact(row.getLong("failed")),
                                Math.toIntExact(row.getLong("dead_lettered")))));
    }

    /** What was missing at one moment is missing still, whatever has been counted since; false when the queue is gone. */
    private boolean add(Difference difference) throws SQLException {
        long queueId = difference.queueId();
        boolean isThere = OnConflict.repeat(() -> database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Map<Long, String> existing = new HashMap<>();
            queues.holdExisting(List.of(queueId), existing::putAll).execute(connection);
            if (!existing.isEmpty()) {
                counts.addition(Map.of(queueId, difference.change())).execute(connection);
            }
            return !existing.isEmpty();
        }));
        if (isThere) {
            LOG.warn(
                    "Queue {} had counted wrongly by {}, which was added: rows were changed or restored by hand",
                    queueId,
                    difference.change());
        }
        return isThere;
    }
}
