package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What changes a whole retry chain, in the caller's transaction. Triggers come first, then the rows of the jobs, as in the
 * transactions that complete deliveries, so that these do not wait for each other. Thread-safe: holds no state.
 */
public final class ChainDao {
    private static final String COLUMNS =
            "c.id, c.original_job_id, c.queue_id, c.request_id, c.priority, c.status, c.final_status, c.replayed_as";

    /** The chain that the job belongs to; empty when the team has no such job. */
    public Optional<Chain> chainOf(Connection connection, long teamId, long jobId) throws SQLException {
        String sql = """
                with asked as (
                  select j.original_job_id from jobs j join queues q on q.id = j.queue_id
                   where j.id = ? and j.team_id = ?)
                select %1$s from asked join jobs c on c.id = asked.original_job_id
                union all
                select %1$s from asked join jobs c on c.original_job_id = asked.original_job_id
                   and c.attempt_number > 1
                order by id
                """.formatted(COLUMNS);
        List<ChainMember> chain =
                Rows.list(connection, sql, values -> values.number(jobId).number(teamId), ChainDao::read);
        return chain.isEmpty() ? Optional.empty() : Optional.of(new Chain(chain));
    }

    /** Locks the rows of jobs, so that whoever else would change them finds out afterwards; returns those still there. */
    public Set<Long> lock(Connection connection, Collection<Long> jobIds) throws SQLException {
        String sql = "select id from jobs where id = any (?) order by id for update";
        return Set.copyOf(Rows.list(connection, sql, Rows.ids(jobIds), row -> row.getLong(1)));
    }

    /** Cancels jobs whose triggers the transaction has removed, and with them their chains. */
    public void cancel(Connection connection, Collection<Long> jobIds) throws SQLException {
        String own = """
                update jobs set status = 'cancelled', final_status = 'cancelled', concluded_at = clock_timestamp()
                 where id = any (?)
                """;
        String originals = """
                update jobs set final_status = 'cancelled'
                 where id = any (array(select c.original_job_id from jobs c where c.id = any (?) and c.attempt_number > 1))
                """;
        Rows.update(connection, own, Rows.ids(jobIds));
        Rows.update(connection, originals, Rows.ids(jobIds));
    }

    /** The triggers of the callbacks of these jobs that are still to be delivered. */
    public List<OneShotKey> callbackTriggers(Connection connection, Collection<Long> jobIds) throws SQLException {
        String sql = "select id, queue_id from callbacks where job_id = any (?) and status = 'pending'";
        return Rows.list(
                connection,
                sql,
                Rows.ids(jobIds),
                row -> Triggers.keyOfCallback(row.getLong("queue_id"), row.getLong("id")));
    }

    /** The ids of every attempt of the chains with these originals. */
    public List<Long> membersOf(Connection connection, Collection<Long> originalIds) throws SQLException {
        String sql = """
                select id from jobs where id = any (?)
                union all
                select id from jobs where original_job_id = any (?) and attempt_number > 1
                """;
        return Rows.list(
                connection, sql, values -> values.numbers(originalIds).numbers(originalIds), row -> row.getLong(1));
    }

    /** Some jobs of a queue that have no callback to be delivered any more. */
    public List<Long> reportedJobsOf(Connection connection, long queueId, int max) throws SQLException {
        String sql = """
                select j.id from jobs j
                 where j.queue_id = ?
                   and not exists (select 1 from callbacks c where c.job_id = j.id and c.status = 'pending')
                 limit ?
                """;
        return Rows.list(connection, sql, values -> values.number(queueId).integer(max), row -> row.getLong(1));
    }

    /** Whether a queue, deleted or not, has jobs. */
    public boolean hasJobs(Connection connection, long queueId) throws SQLException {
        String sql = "select 1 from jobs where queue_id = ? limit 1";
        return Rows.exist(connection, sql, values -> values.number(queueId));
    }

    /** Removes jobs, of each chain all or none, with their runs, callbacks and requests; the
     * requests of executions are their crons'. */
    public void delete(Connection connection, Collection<Long> jobIds) throws SQLException {
        Rows.update(connection, "delete from runs where job_id = any (?)", Rows.ids(jobIds));
        Rows.update(connection, "delete from callbacks where job_id = any (?)", Rows.ids(jobIds));
        Rows.update(
                connection,
                "delete from requests where id = any (array("
                        + "select request_id from jobs where id = any (?) and cron_id is null))",
                Rows.ids(jobIds));
        Rows.update(connection, "delete from jobs where id = any (?)", Rows.ids(jobIds));
    }

    private static ChainMember read(ResultSet row) throws SQLException {
        return new ChainMember(
                row.getLong("id"),
                row.getLong("original_job_id"),
                row.getLong("queue_id"),
                row.getLong("request_id"),
                row.getInt("priority"),
                Columns.constant(row, "status", JobStatus.class),
                Columns.constantOrNull(row, "final_status", FinalStatus.class),
                row.getObject("replayed_as", Long.class));
    }
}
