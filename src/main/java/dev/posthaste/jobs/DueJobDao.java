package dev.posthaste.jobs;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loads what deliveries need, a batch in one statement. Thread-safe: holds no state. */
public final class DueJobDao {
    /** Those of the jobs that are still pending, by id; without those of queues and crons that were removed. */
    public Map<Long, DueJob> load(Connection connection, Collection<Long> jobIds) throws SQLException {
        return load(connection, jobIds, RequestDao.COLUMNS);
    }

    /** The same with bodies that are empty, for who does not send them and must not take them into memory. */
    public Map<Long, DueJob> loadWithoutBodies(Connection connection, Collection<Long> jobIds) throws SQLException {
        return load(connection, jobIds, RequestDao.COLUMNS_WITH_EMPTY_BODIES);
    }

    private static Map<Long, DueJob> load(Connection connection, Collection<Long> jobIds, String requestColumns)
            throws SQLException {
        if (jobIds.isEmpty()) {
            return Map.of();
        }
        String sql = """
                select %s, m.id as team_id, m.signing_version, j.request_id, j.interruptions, j.cron_id, j.gate_queue_id,
                       j.ping_grace,
                       coalesce(c.success_assertions, q.success_assertions) as success_assertions,
                       coalesce(q.alerts_enabled, false) as alerts_enabled,
                       j.begun_at is not null as was_begun,
                       coalesce(octet_length(r.body), 0) + octet_length(r.headers) as bytes, %s
                  from unnest(?) as due (id)
                  cross join lateral (select * from jobs x where x.id = due.id offset 0) j
                  cross join lateral (select * from requests x where x.id = j.request_id offset 0) r
                  left join lateral (
                    select * from crons x where x.id = j.cron_id and x.removed_at is null offset 0) c on true
                  left join lateral (
                    select * from queues x where x.id = coalesce(j.gate_queue_id, j.queue_id) offset 0) q on true
                  cross join lateral (
                    select * from teams x where x.id = coalesce(j.team_id, c.team_id) offset 0) m
                 where j.status = 'pending' and (j.cron_id is not null or q.id is not null)
                """.formatted(JobRow.COLUMNS, requestColumns);
        return Rows.map(connection, sql, Rows.ids(jobIds), row -> row.getLong("id"), DueJobDao::read);
    }

    /**
     * Notes that jobs are begun which were interrupted before, so that it is known of the next time whether their requests
     * may have left.
     *
     * @return those that are still pending: the others are not to be begun
     */
    public Set<Long> begin(Connection connection, Collection<Long> jobIds) throws SQLException {
        return mark(connection, jobIds, "clock_timestamp()");
    }

    /** Takes that back: they could not be sent, and wait again as if nothing had been. */
    public void notBegun(Connection connection, Collection<Long> jobIds) throws SQLException {
        mark(connection, jobIds, "null");
    }

    private static Set<Long> mark(Connection connection, Collection<Long> jobIds, String begunAt) throws SQLException {
        if (jobIds.isEmpty()) {
            return Set.of();
        }
        String sql =
                "update jobs set begun_at = " + begunAt + " where id = any (?) and status = 'pending' returning id";
        return Set.copyOf(Rows.list(connection, sql, Rows.ids(jobIds), row -> row.getLong(1)));
    }

    private static DueJob.@Nullable OfCron cron(ResultSet row) throws SQLException {
        Long cronId = row.getObject("cron_id", Long.class);
        return cronId == null
                ? null
                : new DueJob.OfCron(
                        cronId, row.getObject("gate_queue_id", Long.class), row.getObject("ping_grace", Integer.class));
    }

    private static DueJob read(ResultSet row) throws SQLException {
        TargetRequest request = RequestDao.read(row);
        return new DueJob(
                row.getLong("id"),
                row.getLong("team_id"),
                row.getLong("signing_version"),
                row.getLong("queue_id"),
                row.getString("queue"),
                row.getLong("request_id"),
                request,
                row.getLong("original_job_id"),
                row.getInt("attempt_number"),
                row.getInt("priority"),
                Weight.ofBytes(row.getLong("bytes")),
                row.getInt("interruptions"),
                row.getBoolean("was_begun"),
                JobRow.timeoutSeconds(row, request),
                JobRow.retryDelays(row, request),
                JobRow.redaction(row, request),
                row.getString("success_assertions"),
                row.getBoolean("alerts_enabled"),
                Rows.instant(row, "due_at"),
                cron(row));
    }
}
