package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import dev.posthaste.sql.StorableText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code callbacks} table. Thread-safe: holds no state. */
public final class CallbackDao {
    private static final NamedSql INSERT = NamedSql.of("""
            insert into callbacks (id, job_id, queue_id, url, body, next_attempt_at, created_at)
            select nextval('callbacks_id_seq'), job_id, queue_id, url, body,
                   to_timestamp(at_ms / 1000::float8), to_timestamp(at_ms / 1000::float8)
              from unnest(:jobs, :queues, :urls, :bodies, :at) as t (job_id, queue_id, url, body, at_ms)
            returning id, job_id
            """);

    /** Without a join: see {@link ArrayBinder}. */
    private static final NamedSql TRIES_MADE = NamedSql.of("""
            update callbacks c
               set attempts = c.attempts + 1,
                   (status, next_attempt_at, last_response_status, last_failure_reason, delivered_at) = (
                 select t.status, to_timestamp(t.next_ms / 1000::float8), t.response_status, t.failure_reason,
                        case when t.status = 'delivered' then to_timestamp(t.at_ms / 1000::float8) end
                   from (select (:statuses::text[])[p.place] as status, (:next::bigint[])[p.place] as next_ms,
                                (:responses::int[])[p.place] as response_status,
                                (:failures::text[])[p.place] as failure_reason, (:at::bigint[])[p.place] as at_ms
                           from (select width_bucket(c.id, :ids::bigint[]) as place offset 0) p offset 0) t)
             where c.id = any (:ids)
            """);

    /** A callback that is about to be written; due at once. At most one for each job. */
    public record New(long jobId, long queueId, String url, String body, Instant at) {}

    /**
     * A callback whose trigger has fired.
     *
     * @param signingVersion of its team's secrets, 0 when it never had one
     * @param trace where its job was pushed, null for in no trace
     */
    public record Due(
            long id,
            long jobId,
            long queueId,
            long teamId,
            long signingVersion,
            String url,
            String body,
            int attempts,
            @Nullable TraceContext trace) {}

    /**
     * How a try went.
     *
     * @param nextAttemptAt null when there is no further one
     */
    public record Try(
            long id,
            CallbackStatus status,
            @Nullable Instant nextAttemptAt,
            @Nullable Integer responseStatus,
            @Nullable FailureReason failureReason,
            Instant at) {}

    /** Writes callbacks and returns their ids by job. */
    public Map<Long, Long> insert(Connection connection, Collection<New> callbacks) throws SQLException {
        Map<Long, Long> ids = new HashMap<>();
        for (List<New> piece : Pieces.of(callbacks, callback -> callback.body().length())) {
            ids.putAll(insert(connection, piece));
        }
        return ids;
    }

    private static Map<Long, Long> insert(Connection connection, List<New> callbacks) throws SQLException {
        NamedSql.Binding binding = values -> values.rows(callbacks)
                .longs("jobs", New::jobId)
                .longs("queues", New::queueId)
                .texts("urls", New::url)
                .texts("bodies", callback -> StorableText.of(callback.body()))
                .instants("at", New::at);
        return INSERT.map(connection, binding, row -> row.getLong("job_id"), row -> row.getLong("id"));
    }

    /** Those of the callbacks that are still pending, by id. */
    public Map<Long, Due> load(Connection connection, Collection<Long> callbackIds) throws SQLException {
        String sql = """
                select c.id, c.job_id, c.queue_id, m.id as team_id, m.signing_version, c.url, c.body, c.attempts,
                       r.trace_context
                  from unnest(?) as due (id)
                  cross join lateral (select * from callbacks x where x.id = due.id offset 0) c
                  cross join lateral (select * from jobs x where x.id = c.job_id offset 0) j
                  left join lateral (select * from requests x where x.id = j.request_id offset 0) r on true
                  left join lateral (
                    select * from crons x where x.id = j.cron_id and x.removed_at is null offset 0) k on true
                  cross join lateral (
                    select * from teams x where x.id = coalesce(j.team_id, k.team_id) offset 0) m
                 where c.status = 'pending'
                """;
        return Rows.map(connection, sql, Rows.ids(callbackIds), row -> row.getLong("id"), CallbackDao::readDue);
    }

    private static Due readDue(ResultSet row) throws SQLException {
        return new Due(
                row.getLong("id"),
                row.getLong("job_id"),
                row.getLong("queue_id"),
                row.getLong("team_id"),
                row.getLong("signing_version"),
                row.getString("url"),
                row.getString("body"),
                row.getInt("attempts"),
                TraceContext.ofText(row.getString("trace_context")));
    }

    /** Records tries, one for each callback. Without a join: see {@link ArrayBinder}. */
    public BoundStatement triesMade(Collection<Try> tries) {
        List<Try> inOrder = tries.stream()
                .sorted((one, other) -> Long.compare(one.id(), other.id()))
                .toList();
        return BoundStatement.effect(
                TRIES_MADE,
                values -> values.rows(inOrder)
                        .longs("ids", Try::id)
                        .texts("statuses", row -> row.status().contractName())
                        .instants("next", Try::nextAttemptAt)
                        .ints("responses", Try::responseStatus)
                        .texts("failures", row -> ContractName.orNull(row.failureReason()))
                        .instants("at", Try::at));
    }

    /** The callbacks of a job, oldest first. */
    List<Callback> of(Connection connection, long jobId) throws SQLException {
        String sql = """
                select id, job_id, url, status, attempts, next_attempt_at, last_response_status, last_failure_reason,
                       delivered_at
                  from callbacks where job_id = ? order by id
                """;
        return Rows.list(connection, sql, values -> values.number(jobId), CallbackDao::read);
    }

    private static Callback read(ResultSet row) throws SQLException {
        return new Callback(
                row.getLong("id"),
                row.getLong("job_id"),
                row.getString("url"),
                Columns.constant(row, "status", CallbackStatus.class),
                row.getInt("attempts"),
                Rows.instantOrNull(row, "next_attempt_at"),
                row.getObject("last_response_status", Integer.class),
                Columns.constantOrNull(row, "last_failure_reason", FailureReason.class),
                Rows.instantOrNull(row, "delivered_at"));
    }
}
