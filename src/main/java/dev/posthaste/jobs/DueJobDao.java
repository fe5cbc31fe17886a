package dev.posthaste.jobs;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Loads what deliveries need, a batch in one statement. Thread-safe: holds no state. */
public final class DueJobDao {
    /** Those of the jobs that are still pending, by id. */
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
                select %s, j.team_id, m.signing_version, j.request_id, q.success_assertions, j.interruptions,
                       j.begun_at is not null as was_begun,
                       coalesce(octet_length(r.body), 0) + octet_length(r.headers) as bytes, %s
                  from unnest(?) as due (id)
                  cross join lateral (select * from jobs x where x.id = due.id offset 0) j
                  cross join lateral (select * from requests x where x.id = j.request_id offset 0) r
                  cross join lateral (select * from queues x where x.id = j.queue_id offset 0) q
                  cross join lateral (select * from teams x where x.id = j.team_id offset 0) m
                 where j.status = 'pending'
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
                Rows.instant(row, "due_at"));
    }
}
