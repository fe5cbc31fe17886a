package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Lists jobs. A page costs a probe of an index for each pair of statuses that a job can have, however many jobs there
 * are. A part of a URL and a tag have no index: a page of them looks at a bounded number of jobs and may come back short; so may
 * one while the jobs of a deleted queue are being removed.
 * Thread-safe.
 */
public final class JobLister {
    private static final int LOOKED_AT = 2_000;

    /** Where jobs of deleted queues may stand before those that are wanted. */
    private static final int PASSED_OVER = 20_000;

    /** Every pair of status and final status that a stored job can have. */
    private static final List<Pair> PAIRS = List.of(
            new Pair(JobStatus.PENDING, null),
            new Pair(JobStatus.COMPLETED, FinalStatus.SUCCESS),
            new Pair(JobStatus.FAILED, FinalStatus.RETRYING),
            new Pair(JobStatus.FAILED, FinalStatus.FAILED_WITH_RETRIES),
            new Pair(JobStatus.FAILED, FinalStatus.FAILED_NO_RETRIES),
            new Pair(JobStatus.FAILED, FinalStatus.DEAD_LETTERED),
            new Pair(JobStatus.FAILED, FinalStatus.SUCCESS),
            new Pair(JobStatus.FAILED, FinalStatus.CANCELLED),
            new Pair(JobStatus.CANCELLED, FinalStatus.CANCELLED));

    private record Pair(JobStatus status, @Nullable FinalStatus finalStatus) {
        boolean isWanted(JobFilter filter) {
            JobStatus stored = filter.status() == JobStatus.PROCESSING ? JobStatus.PENDING : filter.status();
            return (stored == null || stored == status)
                    && (filter.finalStatus() == null || filter.finalStatus() == finalStatus);
        }

        /** As the indexes of lists have it. Names of constants, nothing that came from anybody. */
        String condition() {
            return "i.status = '%s' and coalesce(i.final_status, '') = '%s'"
                    .formatted(status.contractName(), finalStatus == null ? "" : finalStatus.contractName());
        }
    }

    private final Jdbi database;
    private final OneShots oneShots;

    /** Reads through {@code oneShots} which jobs are being sent. */
    public JobLister(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
    }

    /** Jobs with an id smaller than {@code before}, at most so many. */
    public JobPage list(long teamId, JobFilter filter, long before, int limit) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> list(handle.getConnection(), teamId, filter, before, limit));
    }

    private JobPage list(Connection connection, long teamId, JobFilter filter, long before, int limit)
            throws SQLException {
        boolean isAboutFlight = filter.status() == JobStatus.PENDING || filter.status() == JobStatus.PROCESSING;
        Set<Long> inFlight = isAboutFlight ? inFlight(connection) : Set.of();
        ListSearch.Hits hits = find(connection, teamId, filter, before, limit, inFlight);
        List<Job> jobs = hits.ids().isEmpty() ? List.of() : read(connection, hits.ids());
        return new JobPage(asSeen(jobs, isAboutFlight ? inFlight : inFlight(connection, jobs)), hits.nextBefore());
    }

    private static List<Job> asSeen(List<Job> jobs, Set<Long> inFlight) {
        return jobs.stream()
                .map(job -> job.status() == JobStatus.PENDING && inFlight.contains(job.id())
                        ? job.seenAs(JobStatus.PROCESSING, job.hasPendingRetry())
                        : job)
                .toList();
    }

    /** All of them: about as many as all nodes have slots, dead ones included. */
    private Set<Long> inFlight(Connection connection) throws SQLException {
        return ids(oneShots.inFlight(connection, Triggers.DELIVERY));
    }

    /** Those of a page. */
    private Set<Long> inFlight(Connection connection, List<Job> jobs) throws SQLException {
        Set<OneShotKey> pending = jobs.stream()
                .filter(job -> job.status() == JobStatus.PENDING)
                .map(job -> Triggers.keyOfJob(job.queueId(), job.id()))
                .collect(Collectors.toSet());
        return pending.isEmpty() ? Set.of() : ids(oneShots.inFlight(connection, pending));
    }

    private static Set<Long> ids(Set<OneShotKey> keys) {
        return keys.stream().map(Triggers::idOf).collect(Collectors.toSet());
    }

    /** Finds first and reads then: what is looked through for a part of a URL or a tag is more than fits into memory. */
    private static ListSearch.Hits find(
            Connection connection, long teamId, JobFilter filter, long before, int limit, Set<Long> inFlight)
            throws SQLException {
        boolean passesOver = filter.queue() == null && RemovedQueues.areThere(connection);
        int lookAt = filter.isSearch() ? LOOKED_AT : passesOver ? PASSED_OVER : limit + 1;
        List<Pair> pairs = PAIRS.stream().filter(pair -> pair.isWanted(filter)).toList();
        if (pairs.isEmpty()) {
            return new ListSearch.Hits(List.of(), null);
        }
        NamedSql sql = NamedSql.of("""
                select j.id, j.request_id, %s as is_shown
                  from (%s) j
                 order by j.place desc
                """.formatted(
                passesOver ? "j." + RemovedQueues.NOT_OF_ONE : "true",
                filter.status() == JobStatus.PROCESSING ? inFlightSql(filter, pairs) : storedSql(filter, pairs)));
        try (PreparedStatement statement = sql.prepare(connection)) {
            NamedSql.Values parameters = sql.values(statement)
                    .number("before", before)
                    .integer("look_at", lookAt)
                    .number("team", teamId);
            if (filter.queue() != null) {
                parameters.text("queue", filter.queue());
            }
            if (filter.status() == JobStatus.PENDING || filter.status() == JobStatus.PROCESSING) {
                parameters.numbers("in_flight", inFlight);
            }
            RequestSieve sieve = new RequestSieve(connection, filter.tag(), new UrlMatch(filter.url(), null));
            return ListSearch.execute(statement, sieve, lookAt, limit);
        }
    }

    private static List<Job> read(Connection connection, List<Long> ids) throws SQLException {
        String sql = """
                select %s, %s,
                       exists (select 1 from jobs n
                                where n.original_job_id = j.original_job_id and n.attempt_number > 1
                                  and n.attempt_number > j.attempt_number and n.status = 'pending')
                         as is_retry_pending
                  from unnest(?) as wanted (id)
                  join jobs j on j.id = wanted.id
                  join queues q on q.id = j.queue_id
                  join requests r on r.id = j.request_id
                 order by j.id desc
                """.formatted(JobRow.COLUMNS_AS_SHOWN, RequestDao.COLUMNS_WITHOUT_BODIES);
        return Rows.list(connection, sql, Rows.ids(ids), row -> {
            Job job = JobRow.read(row);
            return job.seenAs(job.status(), row.getBoolean("is_retry_pending"));
        });
    }

    /**
     * The rows of each pair by its index, newest first, merged: of each no more are read than are looked at. Who asks for what is
     * pending wants none of what is in flight; that is hashed once, not compared one by one.
     */
    private static String storedSql(JobFilter filter, List<Pair> pairs) {
        String pending =
                filter.status() == JobStatus.PENDING ? "and i.id not in (select unnest(:in_flight::bigint[]))" : "";
        return pairs.stream()
                .map(pair -> """
                        (select i.id, i.queue_id, i.request_id, i.id + 0 as place from jobs i
                          where %s and %s and i.id + 0 < :before %s
                          order by i.id + 0 desc
                          limit :look_at)
                        """.formatted(ofTeamOrQueue(filter), pair.condition(), pending))
                .collect(Collectors.joining(
                        "union all", "select u.* from (", ") u order by u.place desc limit :look_at"));
    }

    /** Found by what is in flight, not among what is pending, of which there may be millions. */
    private static String inFlightSql(JobFilter filter, List<Pair> pairs) {
        return """
                select i.id, i.queue_id, i.request_id, i.id + 0 as place
                  from unnest(:in_flight::bigint[]) as flying (id)
                  join jobs i on i.id = flying.id
                 where %s and (%s) and i.id < :before
                 order by i.id + 0 desc
                 limit :look_at
                """.formatted(
                ofTeamOrQueue(filter), pairs.stream().map(Pair::condition).collect(Collectors.joining(" or ")));
    }

    /** Never both: the queue's name is looked up in the team, and one condition leaves one index to choose. */
    private static String ofTeamOrQueue(JobFilter filter) {
        return filter.queue() == null
                ? "i.team_id = :team"
                : "i.queue_id = (select w.id from queues w where w.team_id = :team and w.name = :queue)";
    }
}
