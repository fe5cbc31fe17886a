package dev.posthaste.jobs;

import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Reads which attempts have failed lately: of each way in which a job can have failed the newest by its index, however many
 * jobs there are and whatever deleted queues have left, and of these their last runs. The newest are those with the highest ids: one that was pushed long before
 * it was due stands behind those that were pushed since. Thread-safe.
 */
public final class FailedJobs {
    /** What {@link #failuresOf} looks at. */
    private static final int LOOKED_AT = 500;

    /** So many of each way in which a job can have failed are looked at to find some of a queue that is there still. */
    private static final int PASSED_OVER = 2_000;

    private static final Duration LATELY = Duration.ofDays(1);

    /** Every final status that a job can have whose own attempt failed. */
    private static final List<FinalStatus> AFTER_FAILURE = List.of(
            FinalStatus.RETRYING,
            FinalStatus.FAILED_WITH_RETRIES,
            FinalStatus.FAILED_NO_RETRIES,
            FinalStatus.DEAD_LETTERED,
            FinalStatus.SUCCESS,
            FinalStatus.CANCELLED);

    /** Of each way in which a job can have failed the newest, and the newest of these. */
    private static final String NEWEST = """
            select i.*
              from unnest(:final_statuses) as p (final_status)
             cross join lateral (
               select c.*
                 from (
                   select j.id, j.queue_id, j.request_id, j.created_at, j.concluded_at, j.id + 0 as place
                     from jobs j
                    where %s and j.status = 'failed' and coalesce(j.final_status, '') = p.final_status
                    order by j.id + 0 desc
                    limit :look_at) c
                where %s
                order by c.place desc
                limit :most) i
             order by i.id desc
             limit :most
            """;

    /** The runs' bound is a value and not the database's time, so that a plan has the partitions of two days only. */
    private static final NamedSql OF_TEAM =
            NamedSql.of("""
            select x.id, q.name as queue, r.url, r.tags, r.redact, q.redact as queue_redact,
                   coalesce(run.executed_at, run.started_at) as at, run.failure_reason, run.response_status,
                   left(split_part(split_part(run.error_message, chr(10), 1), chr(13), 1), 300) as error_message
              from (%s) x
              join queues q on q.id = x.queue_id
              join requests r on r.id = x.request_id
             cross join lateral (
               select n.* from runs n
                where n.job_id = x.id and n.failure_reason is not null
                  and n.started_at >= to_timestamp(:runs_since / 1000::float8)
                  and n.started_at >= x.created_at - interval '1 day'
                  and n.started_at <= coalesce(x.concluded_at, 'infinity') + interval '1 day'
                order by n.id desc limit 1) run
             where x.concluded_at > to_timestamp(:since / 1000::float8)
             order by x.id desc
            """.formatted(NEWEST.formatted("j.team_id = :team", "c." + RemovedQueues.NOT_OF_ONE)));

    private static final NamedSql OF_QUEUE = NamedSql.of("""
            select x.id, x.request_id, x.created_at, x.concluded_at
              from (%s) x
             where x.concluded_at > to_timestamp(:since / 1000::float8)
            """.formatted(NEWEST.formatted(
            "j.queue_id = (select w.id from queues w where w.team_id = :team and w.id = :queue)", "true")));

    private final Jdbi database;

    /** Every call of {@link #failuresOf} is a transaction of its own. */
    public FailedJobs(Jdbi database) {
        this.database = database;
    }

    /** The newest of a team within a day, at most so many, by when they failed; on the caller's connection. */
    public static List<FailedJob> newest(Connection connection, long teamId, Instant now, int max) throws SQLException {
        return Rows.list(
                        connection,
                        OF_TEAM.text(),
                        OF_TEAM.binding(values -> bind(values, teamId, now.minus(LATELY), max)
                                .integer("look_at", PASSED_OVER)
                                .number(
                                        "runs_since",
                                        now.minus(LATELY).minus(LATELY).toEpochMilli())),
                        FailedJobs::read)
                .stream()
                .sorted(Comparator.comparing(FailedJob::at).reversed())
                .toList();
    }

    /** Why attempts of one of a team's queues have failed, and where, within a day and of so many at most. */
    public Failures failuresOf(long teamId, long queueId) throws SQLException {
        return database.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Connection connection = handle.getConnection();
            Instant since = Rows.one(
                    connection,
                    "select now() - ? * interval '1 second' as since",
                    values -> values.number(LATELY.toSeconds()),
                    row -> Rows.instant(row, "since"));
            Map<Long, Long> requests = new HashMap<>();
            LastRuns.Days days = requestsOf(connection, teamId, queueId, since, requests);
            return days == null ? new Failures(since) : count(connection, since, requests, days);
        });
    }

    /** Puts the requests of those that failed, and returns the days that their runs are of; null where there are none. */
    private static LastRuns.@Nullable Days requestsOf(
            Connection connection, long teamId, long queueId, Instant since, Map<Long, Long> requests)
            throws SQLException {
        List<LastRuns.Days> days = new ArrayList<>();
        OF_QUEUE.each(
                connection,
                values -> bind(values, teamId, since, LOOKED_AT)
                        .number("queue", queueId)
                        .integer("look_at", LOOKED_AT),
                row -> {
                    requests.put(row.getLong("id"), row.getLong("request_id"));
                    days.add(LastRuns.Days.of(Rows.instant(row, "created_at"), Rows.instant(row, "concluded_at")));
                });
        return days.stream()
                .reduce(LastRuns.Days::and)
                .map(all -> all.since(since.minus(LATELY)))
                .orElse(null);
    }

    private static Failures count(Connection connection, Instant since, Map<Long, Long> requests, LastRuns.Days days)
            throws SQLException {
        Map<Long, Failed> last = new HashMap<>();
        LastRuns.each(
                connection,
                requests.keySet(),
                days,
                "n.failure_reason, coalesce(n.executed_at, n.started_at) as at",
                row -> {
                    FailureReason reason = Columns.constantOrNull(row, "failure_reason", FailureReason.class);
                    if (reason != null) {
                        last.put(row.getLong("job_id"), new Failed(reason, Rows.instant(row, "at")));
                    }
                });
        Map<Long, String> hosts = new Origins().hosts(connection, new HashSet<>(requests.values()));
        Failures failures = new Failures(since);
        last.forEach((job, run) ->
                failures.add(run.reason(), hosts.getOrDefault(requests.getOrDefault(job, 0L), ""), run.at()));
        return failures;
    }

    private record Failed(FailureReason reason, Instant at) {}

    private static NamedSql.Values bind(NamedSql.Values values, long teamId, Instant since, int most)
            throws SQLException {
        return values.texts(
                        "final_statuses",
                        AFTER_FAILURE.stream().map(FinalStatus::contractName).toList())
                .number("team", teamId)
                .integer("most", most)
                .number("since", since.toEpochMilli());
    }

    private static FailedJob read(ResultSet row) throws SQLException {
        Redaction redaction =
                Redaction.ofText(row.getString("redact")).and(Redaction.ofText(row.getString("queue_redact")));
        return new FailedJob(
                row.getLong("id"),
                row.getString("queue"),
                row.getString("url"),
                Rows.instant(row, "at"),
                Columns.constant(row, "failure_reason", FailureReason.class),
                row.getString("error_message"),
                row.getObject("response_status", Integer.class),
                JobText.texts(row.getArray("tags")),
                redaction);
    }
}
