package dev.posthaste.jobs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Lists dead letters by the indexes {@code jobs_dead_letters} and {@code jobs_dead_letters_of_queue}. Like lists of jobs,
 * a page for a part of a URL looks at a bounded number and may come back short. Thread-safe.
 */
public final class DeadLetterLister {
    private static final int LOOKED_AT = 2_000;

    private final Jdbi database;

    /** Every call is a statement of its own. */
    public DeadLetterLister(Jdbi database) {
        this.database = database;
    }

    /**
     * Dead letters with an id smaller than {@code before}, at most so many.
     *
     * @param queue the queue's name, null for any
     * @param url a part of the URL, null for any
     */
    public DeadLetterPage list(long teamId, @Nullable String queue, @Nullable String url, long before, int limit)
            throws SQLException {
        int lookAt = url == null ? limit + 1 : LOOKED_AT;
        List<DeadLetter> found =
                database.withHandle(handle -> select(handle.getConnection(), teamId, queue, before, lookAt));
        List<DeadLetter> wanted = new ArrayList<>();
        for (DeadLetter one : found) {
            if (url == null || lower(one.original().request().url()).contains(lower(url))) {
                if (wanted.size() == limit) {
                    return new DeadLetterPage(
                            wanted, wanted.get(limit - 1).original().id());
                }
                wanted.add(one);
            }
        }
        boolean mayBeMore = found.size() == lookAt;
        return new DeadLetterPage(
                wanted, mayBeMore ? found.get(found.size() - 1).original().id() : null);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static List<DeadLetter> select(
            Connection connection, long teamId, @Nullable String queue, long before, int most) throws SQLException {
        String sql = """
                select j.id, j.queue_id, j.status, j.final_status, j.attempt_number, j.original_job_id, j.replayed_as,
                       j.priority, j.created_at, j.due_at, j.dead_lettered_at, q.name as queue,
                       q.timeout_seconds as queue_timeout_seconds,
                       case when q.retries_enabled then q.retry_delays else '{}' end as queue_retry_delays,
                       r.method, r.url, r.headers, null as body_kind, null as body, r.callback_url, r.timeout_seconds,
                       r.retry_delays, coalesce(l.id, j.id) as last_id, coalesce(l.attempt_number, 1) as attempts,
                       run.response_status, run.failure_reason, run.error_message
                  from (select * from jobs
                         where team_id = ? and id < ? %s and attempt_number = 1 and dead_lettered_at is not null
                           and replayed_as is null
                         order by id desc
                         limit ?) j
                  join queues q on q.id = j.queue_id
                  join requests r on r.id = j.request_id
                  left join lateral (
                    select m.id, m.attempt_number from jobs m
                     where m.original_job_id = j.id and m.attempt_number > 1
                     order by m.attempt_number desc limit 1) l on true
                  left join lateral (
                    select n.response_status, n.failure_reason, n.error_message from runs n
                     where n.job_id = coalesce(l.id, j.id) order by n.id desc limit 1) run on true
                 order by j.id desc
                """.formatted(
                queue == null ? "" : "and queue_id = (select w.id from queues w where w.team_id = ? and w.name = ?)");
        List<DeadLetter> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, teamId);
            statement.setLong(2, before);
            int next = 3;
            if (queue != null) {
                statement.setLong(next++, teamId);
                statement.setString(next++, queue);
            }
            statement.setInt(next, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
        }
        return found;
    }

    private static DeadLetter read(ResultSet row) throws SQLException {
        String reason = row.getString("failure_reason");
        return new DeadLetter(
                JobReader.read(row),
                row.getLong("last_id"),
                row.getInt("attempts"),
                row.getObject("response_status", Integer.class),
                reason == null ? null : FailureReason.fromWireName(reason),
                row.getString("error_message"));
    }
}
