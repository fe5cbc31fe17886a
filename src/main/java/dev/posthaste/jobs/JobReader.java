package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Reads jobs as clients see them. A pending job whose trigger has fired is {@code processing}; that is read from the
 * triggers and never written. Thread-safe.
 */
public final class JobReader {
    private final Jdbi database;
    private final OneShots oneShots;
    private final RunDao runs;
    private final CallbackDao callbacks;

    /** Reads the triggers of the jobs through {@code oneShots}. */
    public JobReader(Jdbi database, OneShots oneShots, RunDao runs, CallbackDao callbacks) {
        this.database = database;
        this.oneShots = oneShots;
        this.runs = runs;
        this.callbacks = callbacks;
    }

    /** The job with all that belongs to it; empty when the team has no such job. */
    public Optional<JobDetails> find(long teamId, long jobId) throws SQLException {
        // One snapshot, so that what is shown of a job agrees with itself.
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> find(handle.getConnection(), teamId, jobId));
    }

    private Optional<JobDetails> find(Connection connection, long teamId, long jobId) throws SQLException {
        Optional<Job> found = select(connection, teamId, jobId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Job stored = found.get();
        List<ChainLink> chain = chain(connection, stored.originalJobId(), stored.queueId());
        JobStatus status = chain.stream()
                .filter(link -> link.id() == jobId)
                .findFirst()
                .map(ChainLink::status)
                .orElse(stored.status());
        boolean isRetryPending =
                chain.stream().anyMatch(link -> link.attemptNumber() > stored.attemptNumber() && isOpen(link.status()));
        Job job = stored.seenAs(status, isRetryPending);
        return Optional.of(new JobDetails(job, runs.of(connection, job), callbacks.of(connection, jobId), chain));
    }

    private static boolean isOpen(JobStatus status) {
        return status == JobStatus.PENDING || status == JobStatus.PROCESSING;
    }

    private static Optional<Job> select(Connection connection, long teamId, long jobId) throws SQLException {
        String sql = """
                select %s, %s
                  from jobs j
                  join requests r on r.id = j.request_id
                  join queues q on q.id = j.queue_id
                 where j.id = ? and j.team_id = ?
                """.formatted(JobRow.COLUMNS_AS_SHOWN, RequestDao.COLUMNS);
        return Rows.first(connection, sql, values -> values.number(jobId).number(teamId), JobRow::read);
    }

    private List<ChainLink> chain(Connection connection, long originalJobId, long queueId) throws SQLException {
        List<ChainLink> stored = storedChain(connection, originalJobId);
        Set<OneShotKey> pending = stored.stream()
                .filter(link -> link.status() == JobStatus.PENDING)
                .map(link -> Triggers.keyOfJob(queueId, link.id()))
                .collect(Collectors.toSet());
        Set<OneShotKey> inFlight = pending.isEmpty() ? Set.of() : oneShots.inFlight(connection, pending);
        return stored.stream()
                .map(link -> inFlight.contains(Triggers.keyOfJob(queueId, link.id())) ? link.processing() : link)
                .toList();
    }

    /** By two indexes: the original by its id, its retries by theirs. */
    static List<ChainLink> storedChain(Connection connection, long originalJobId) throws SQLException {
        String sql = """
                select id, attempt_number, status, final_status, due_at from jobs where id = ?
                union all
                select id, attempt_number, status, final_status, due_at from jobs
                 where original_job_id = ? and attempt_number > 1
                order by attempt_number
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.number(originalJobId).number(originalJobId),
                row -> new ChainLink(
                        row.getLong("id"),
                        row.getInt("attempt_number"),
                        Columns.constant(row, "status", JobStatus.class),
                        Columns.constantOrNull(row, "final_status", FinalStatus.class),
                        Rows.instant(row, "due_at")));
    }
}
