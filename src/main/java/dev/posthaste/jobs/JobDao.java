package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What changes the {@code jobs} table, in the caller's transaction. Reading is {@link JobReader}'s. Thread-safe: holds
 * no state.
 */
public final class JobDao {
    private static final NamedSql INSERT = NamedSql.of("""
            insert into jobs
              (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at)
            select id, team_id, queue_id, request_id, original_job_id, attempt_number, priority,
                   to_timestamp(created_ms / 1000::float8), to_timestamp(due_ms / 1000::float8)
              from unnest(:ids, :teams, :queues, :requests, :originals, :attempts, :priorities, :created, :due) as t
                (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_ms, due_ms)
            """);

    /**
     * Without a join: see {@link ArrayBinder}. An attempt that was sent again before its chain died has resolved nothing: the
     * dead letter is in its list, and may be replayed.
     */
    private static final NamedSql END = NamedSql.of("""
            update jobs j
               set (status, final_status, concluded_at, dead_lettered_at, replayed_as) = (
                 select coalesce(t.status, j.status), t.final_status,
                        case when t.status is null then j.concluded_at
                             else to_timestamp(t.at_ms / 1000::float8) end,
                        case when t.final_status = 'dead_lettered' then to_timestamp(t.at_ms / 1000::float8) end,
                        case when t.final_status is distinct from 'dead_lettered' then j.replayed_as end
                   from (select (:statuses::text[])[p.place] as status, (:final_statuses::text[])[p.place] as final_status,
                                (:at::bigint[])[p.place] as at_ms
                           from (select width_bucket(j.id, :ids::bigint[]) as place offset 0) p offset 0) t)
             where j.id = any (:ids)
            """);

    /** Reserves ids and reads the database's clock, in one statement. */
    public ReservedIds reserve(Connection connection, int jobs, int requests) throws SQLException {
        ReservedIds[] reserved = new ReservedIds[1];
        reservation(jobs, requests, ids -> reserved[0] = ids).execute(connection);
        return reserved[0];
    }

    /** Reserves ids and reads the database's clock. */
    public BoundStatement reservation(int jobs, int requests, Consumer<ReservedIds> receiver) {
        String sql = """
                select case when n <= ? then nextval('jobs_id_seq') end,
                       case when n <= ? then nextval('requests_id_seq') end,
                       floor(extract(epoch from clock_timestamp()) * 1000)::bigint
                  from generate_series(1, ?) as n
                """;
        return BoundStatement.query(
                sql,
                values -> values.integer(jobs).integer(requests).integer(Math.max(1, Math.max(jobs, requests))),
                rows -> receiver.accept(readReserved(rows, jobs, requests)));
    }

    private static ReservedIds readReserved(ResultSet rows, int jobs, int requests) throws SQLException {
        List<Long> jobIds = new ArrayList<>(jobs);
        List<Long> requestIds = new ArrayList<>(requests);
        Instant now = Instant.EPOCH;
        for (int i = 0; rows.next(); i++) {
            now = Instant.ofEpochMilli(rows.getLong(3));
            if (i < jobs) {
                jobIds.add(rows.getLong(1));
            }
            if (i < requests) {
                requestIds.add(rows.getLong(2));
            }
        }
        return new ReservedIds(jobIds, requestIds, now);
    }

    /** Writes pending jobs. Their triggers belong into the same transaction. */
    public BoundStatement insertion(Collection<PendingJob> jobs) {
        return BoundStatement.effect(
                INSERT,
                values -> values.rows(jobs)
                        .longs("ids", PendingJob::id)
                        .longs("teams", PendingJob::teamId)
                        .longs("queues", PendingJob::queueId)
                        .longs("requests", PendingJob::requestId)
                        .longs("originals", PendingJob::originalJobId)
                        .ints("attempts", PendingJob::attemptNumber)
                        .ints("priorities", PendingJob::priority)
                        .instants("created", PendingJob::createdAt)
                        .instants("due", PendingJob::dueAt));
    }

    /** Changes a pending job. Its trigger is changed in the same transaction, and before. */
    public void change(Connection connection, long jobId, long requestId, Instant due, int priority)
            throws SQLException {
        String sql =
                "update jobs set request_id = ?, due_at = to_timestamp(? / 1000::float8), priority = ? where id = ?";
        Rows.update(
                connection,
                sql,
                values -> values.number(requestId)
                        .number(due.toEpochMilli())
                        .integer(priority)
                        .number(jobId));
    }

    /**
     * Records how attempts ended; the originals of their chains among them. Each id at most once. Without a join, so that
     * rows that others have changed meanwhile are not passed over: see {@link ArrayBinder}.
     */
    public BoundStatement ending(Collection<JobEnd> ends) {
        List<JobEnd> inOrder = ends.stream()
                .sorted((one, other) -> Long.compare(one.jobId(), other.jobId()))
                .toList();
        return BoundStatement.effect(
                END,
                values -> values.rows(inOrder)
                        .longs("ids", JobEnd::jobId)
                        .texts("statuses", end -> ContractName.orNull(end.status()))
                        .texts("final_statuses", end -> end.finalStatus().contractName())
                        .instants("at", JobEnd::at));
    }

    /** Counts an interruption of each job that is still pending, and returns how many each has had by now. */
    public Map<Long, Integer> countInterruptions(Connection connection, Collection<Long> jobIds) throws SQLException {
        String sql = """
                update jobs set interruptions = interruptions + 1, begun_at = null
                 where id = any (?) and status = 'pending'
                returning id, interruptions
                """;
        return Rows.map(connection, sql, Rows.ids(jobIds), row -> row.getLong(1), row -> row.getInt(2));
    }
}
