package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Lists dead letters: finds them by the indexes {@code jobs_dead_letters} and {@code jobs_dead_letters_of_queue}, and
 * reads their last runs only for those that are shown, or where their reason is asked for. Like lists of jobs, a page for what
 * has no index looks at a bounded number and may come back short. Thread-safe.
 */
public final class DeadLetterLister {
    private static final int LOOKED_AT = 2_000;

    /** Where the last run of each has to be found: that costs some ten times as much. */
    private static final int LAST_RUNS_LOOKED_AT = 500;

    /**
     * The last attempt {@code l} of the dead letter {@code j}, and its last run. Of the partitions of runs only those of the
     * days of that attempt are read, with a day for clocks that differ.
     */
    private static final String LAST_RUN = """
            left join lateral (
              select m.id, m.attempt_number, m.created_at, m.concluded_at from jobs m
               where m.original_job_id = j.id and m.attempt_number > 1
               order by m.attempt_number desc limit 1) l on true
            left join lateral (
              select n.response_status, n.failure_reason, n.error_message from runs n
               where n.job_id = coalesce(l.id, j.id)
                 and n.started_at >= coalesce(l.created_at, j.created_at) - interval '1 day'
                 and n.started_at <= coalesce(l.concluded_at, j.concluded_at, 'infinity') + interval '1 day'
               order by n.id desc limit 1) run on true
            """;

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
            if (filter.tag() != null) {
                values.text("tag", filter.tag());
            }
            if (filter.failureReason() != null) {
                values.text("reason", filter.failureReason().contractName());
            }
            return ListSearch.execute(statement, new UrlMatch(filter.url(), filter.host()), lookAt, limit);
        }
    }

    /** By the team or by the queue, never both: one condition leaves one index to choose. Deleted queues have none. */
    private static NamedSql findSql(DeadLetterFilter filter, boolean passesOver) {
        return NamedSql.of("""
                select j.id, r.url, %s and %s and %s as fits
                  from (select id, queue_id, request_id, created_at, concluded_at, id + 0 as place from jobs
                         where %s and id + 0 < :before and attempt_number = 1 and dead_lettered_at is not null
                           and replayed_as is null
                         order by id + 0 desc
                         limit :look_at) j
                  join requests r on r.id = j.request_id
                  %s
                 order by j.place desc
                """.formatted(
                        filter.tag() == null ? "true" : "coalesce(:tag = any (r.tags), false)",
                        filter.failureReason() == null ? "true" : "coalesce(run.failure_reason = :reason, false)",
                        passesOver ? "j." + RemovedQueues.NOT_OF_ONE : "true",
                        filter.queue() == null
                                ? "team_id = :team"
                                : "queue_id = (select w.id from queues w where w.team_id = :team and w.name = :queue)",
                        filter.failureReason() == null ? "" : LAST_RUN));
    }

    private static List<DeadLetter> read(Connection connection, List<Long> ids) throws SQLException {
        String sql = """
                select %s, %s, coalesce(l.id, j.id) as last_id, coalesce(l.attempt_number, 1) as attempts,
                       run.response_status, run.failure_reason, run.error_message
                  from unnest(?) as wanted (id)
                  join jobs j on j.id = wanted.id
                  join queues q on q.id = j.queue_id
                  join requests r on r.id = j.request_id
                  %s
                 order by j.id desc
                """.formatted(JobRow.COLUMNS_AS_SHOWN, RequestDao.COLUMNS_WITHOUT_BODIES, LAST_RUN);
        return Rows.list(connection, sql, Rows.ids(ids), DeadLetterLister::read);
    }

    private static DeadLetter read(ResultSet row) throws SQLException {
        return new DeadLetter(
                JobRow.read(row),
                row.getLong("last_id"),
                row.getInt("attempts"),
                row.getObject("response_status", Integer.class),
                Columns.constantOrNull(row, "failure_reason", FailureReason.class),
                row.getString("error_message"));
    }
}
