package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Lists dead letters: finds them by the indexes {@code jobs_dead_letters} and {@code jobs_dead_letters_of_queue}, and
 * reads their last runs only for those that are shown, or where their reason is asked for. Like lists of jobs, a page for what
 * has no index looks at a bounded number and may come back short. Thread-safe.
 */
public final class DeadLetterLister {
    private static final int LOOKED_AT = 2_000;

    /** Where the last run of each has to be found: that costs some ten times as much. */
    private static final int LAST_RUNS_LOOKED_AT = 500;

    private static final String LAST_RUN = "n.response_status, n.failure_reason, n.error_message";

    private record LastRun(
            @Nullable Integer responseStatus,
            @Nullable FailureReason reason,
            @Nullable String errorMessage) {
        /** Of what is not kept any more. */
        private static final LastRun NONE = new LastRun(null, null, null);
    }

    private final Jdbi database;

    /** Every call is a transaction of its own. */
    public DeadLetterLister(Jdbi database) {
        this.database = database;
    }

    /** Dead letters with an id smaller than {@code before}, at most so many. */
    public DeadLetterPage list(long teamId, DeadLetterFilter filter, long before, int limit) throws SQLException {
        // One snapshot, so that whatever was found is still there when its runs are read.
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> list(handle.getConnection(), teamId, filter, before, limit));
    }

    private static DeadLetterPage list(
            Connection connection, long teamId, DeadLetterFilter filter, long before, int limit) throws SQLException {
        ListSearch.Hits hits = find(connection, teamId, filter, before, limit);
        return new DeadLetterPage(hits.ids().isEmpty() ? List.of() : read(connection, hits.ids()), hits.nextBefore());
    }

    private static ListSearch.Hits find(
            Connection connection, long teamId, DeadLetterFilter filter, long before, int limit) throws SQLException {
        boolean passesOver = filter.queue() == null && RemovedQueues.areThere(connection);
        int lookAt = !filter.isSearch() && !passesOver
                ? limit + 1
                : filter.failureReason() == null ? LOOKED_AT : LAST_RUNS_LOOKED_AT;
        NamedSql sql = findSql(filter, passesOver);
        try (PreparedStatement statement = sql.prepare(connection)) {
            NamedSql.Values values = sql.values(statement)
                    .number("team", teamId)
                    .number("before", before)
                    .integer("look_at", lookAt);
            if (filter.queue() != null) {
                values.text("queue", filter.queue());
            }
            return ListSearch.execute(statement, sieve(connection, filter), lookAt, limit);
        }
    }

    /** Where it is wanted, the reason is asked of those only that fit otherwise. */
    private static ListSearch.Sieve sieve(Connection connection, DeadLetterFilter filter) {
        RequestSieve requests = new RequestSieve(connection, filter.tag(), new UrlMatch(filter.url(), filter.host()));
        FailureReason reason = filter.failureReason();
        return reason == null ? requests : candidates -> ofReason(connection, requests.wanted(candidates), reason);
    }

    /** What is not kept any more is unknown, as its group is. */
    private static Set<Long> ofReason(Connection connection, Set<Long> ids, FailureReason reason) throws SQLException {
        Map<Long, FailureReason> reasons = LastRuns.reasons(connection, ids);
        return ids.stream()
                .filter(id -> reasons.getOrDefault(id, FailureReason.UNKNOWN) == reason)
                .collect(Collectors.toSet());
    }

    /** By the team or by the queue, never both: one condition leaves one index to choose. Deleted queues have none. */
    private static NamedSql findSql(DeadLetterFilter filter, boolean passesOver) {
        return NamedSql.of(
                """
                select j.id, j.request_id, %s as is_shown
                  from (select id, queue_id, request_id, id + 0 as place from jobs
                         where %s and id + 0 < :before and attempt_number = 1 and dead_lettered_at is not null
                           and replayed_as is null
                         order by id + 0 desc
                         limit :look_at) j
                 order by j.place desc
                """.formatted(
                                passesOver ? "j." + RemovedQueues.NOT_OF_ONE : "true",
                                filter.queue() == null
                                        ? "team_id = :team"
                                        : "queue_id = (select w.id from queues w where w.team_id = :team and w.name = :queue)"));
    }

    private static List<DeadLetter> read(Connection connection, List<Long> ids) throws SQLException {
        Map<Long, LastRuns.Attempt> attempts = LastRuns.attempts(connection, ids);
        Map<Long, LastRun> runs = LastRuns.read(connection, attempts, LAST_RUN, DeadLetterLister::lastRun);
        String sql = """
                select %s, %s
                  from unnest(?) as wanted (id)
                  join jobs j on j.id = wanted.id
                  join queues q on q.id = j.queue_id
                  join requests r on r.id = j.request_id
                 order by j.id desc
                """.formatted(JobRow.COLUMNS_AS_SHOWN, RequestDao.COLUMNS_WITHOUT_BODIES);
        return Rows.list(connection, sql, Rows.ids(ids), row -> {
            Job job = JobRow.read(row);
            LastRuns.Attempt last = attempts.get(job.id());
            LastRun run = runs.getOrDefault(job.id(), LastRun.NONE);
            return new DeadLetter(
                    job,
                    last == null ? job.id() : last.id(),
                    last == null ? 1 : last.number(),
                    run.responseStatus(),
                    run.reason(),
                    run.errorMessage());
        });
    }

    private static LastRun lastRun(ResultSet row) throws SQLException {
        return new LastRun(
                row.getObject("response_status", Integer.class),
                Columns.constantOrNull(row, "failure_reason", FailureReason.class),
                row.getString("error_message"));
    }
}
