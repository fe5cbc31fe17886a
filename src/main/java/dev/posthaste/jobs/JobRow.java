package dev.posthaste.jobs;

import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A row of jobs {@code j}, with its queue {@code q} and its request {@code r}: the columns, and who reads them. */
final class JobRow {
    /** What all want who read whole jobs. The columns of requests are {@link RequestDao}'s. */
    static final String COLUMNS = """
            j.id, j.queue_id, q.name as queue, j.original_job_id, j.attempt_number, j.priority, j.due_at,
            q.timeout_seconds as queue_timeout_seconds,
            case when q.retries_enabled then q.retry_delays else '{}' end as queue_retry_delays,
            q.redact as queue_redact""";

    /** What {@link #read} reads, beside a request. */
    static final String COLUMNS_AS_SHOWN =
            COLUMNS + ", j.status, j.final_status, j.replayed_as, j.created_at, j.dead_lettered_at";

    private JobRow() {}

    /** The job as it is stored: without what triggers and other attempts say of it. */
    static Job read(ResultSet row) throws SQLException {
        TargetRequest request = RequestDao.read(row);
        return new Job(
                row.getLong("id"),
                row.getLong("queue_id"),
                row.getString("queue"),
                request,
                Columns.constant(row, "status", JobStatus.class),
                Columns.constantOrNull(row, "final_status", FinalStatus.class),
                row.getInt("attempt_number"),
                row.getLong("original_job_id"),
                false,
                row.getObject("replayed_as", Long.class),
                row.getInt("priority"),
                timeoutSeconds(row, request),
                retryDelays(row, request),
                redaction(row, request),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "due_at"),
                Rows.instantOrNull(row, "dead_lettered_at"));
    }

    /** The one in force: the request's own, or else the queue's. */
    static int timeoutSeconds(ResultSet row, TargetRequest request) throws SQLException {
        Integer own = request.timeoutSeconds();
        return own != null ? own : row.getInt("queue_timeout_seconds");
    }

    /** What is not shown: what the request and what the queue says, as it is now. */
    static Redaction redaction(ResultSet row, TargetRequest request) throws SQLException {
        return request.redaction().and(Redaction.ofText(row.getString("queue_redact")));
    }

    /** Those in force, likewise. */
    static List<Integer> retryDelays(ResultSet row, TargetRequest request) throws SQLException {
        List<Integer> own = request.retryDelays();
        return own != null ? own : JobText.ints(row.getArray("queue_retry_delays"));
    }
}
