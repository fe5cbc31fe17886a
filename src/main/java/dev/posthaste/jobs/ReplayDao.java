package dev.posthaste.jobs;

import dev.posthaste.sql.NamedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a replay writes beside the new jobs, in the caller's transaction. Thread-safe: holds no state. */
public final class ReplayDao {
    /** In one statement, whose time is bounded: so many of the largest bodies are copied well within that. */
    private static final int MAX_COPIED = 50;

    /**
     * A job that is sent again.
     *
     * @param jobId the one that was sent before, by whose id the replay is known
     * @param newJobId the one that is sent now
     * @param newRequestId of the copy of the request: chains share none, so that each can be removed by itself
     */
    public record Replay(long jobId, long requestId, long newJobId, long newRequestId) {}

    /** Copies the requests under their new ids, and returns by these what sending them weighs. */
    public Map<Long, Integer> copyRequests(Connection connection, List<Replay> replays) throws SQLException {
        Map<Long, Integer> weights = new HashMap<>();
        for (int from = 0; from < replays.size(); from += MAX_COPIED) {
            weights.putAll(copySome(connection, replays.subList(from, Math.min(replays.size(), from + MAX_COPIED))));
        }
        return weights;
    }

    private static Map<Long, Integer> copySome(Connection connection, List<Replay> replays) throws SQLException {
        NamedSql sql = NamedSql.of("""
                insert into requests
                  (id, method, url, headers, body_kind, body, callback_url, timeout_seconds, retry_delays,
                   redact, tags, trace_context)
                select t.new_id, r.method, r.url, r.headers, r.body_kind, r.body, r.callback_url, r.timeout_seconds,
                       r.retry_delays, r.redact, r.tags, r.trace_context
                  from unnest(:ids, :new_ids) as t (id, new_id) join requests r on r.id = t.id
                returning id, coalesce(octet_length(body), 0) + octet_length(headers)
                """);
        return sql.map(
                connection,
                values -> values.rows(replays).longs("ids", Replay::requestId).longs("new_ids", Replay::newRequestId),
                row -> row.getLong(1),
                row -> Weight.ofBytes(row.getLong(2)));
    }

    /** Notes as what the jobs were replayed. */
    public void mark(Connection connection, Collection<Replay> replays) throws SQLException {
        NamedSql sql = NamedSql.of("""
                update jobs j set replayed_as = t.new_id from unnest(:ids, :new_ids) as t (id, new_id) where j.id = t.id
                """);
        sql.update(
                connection,
                values -> values.rows(replays).longs("ids", Replay::jobId).longs("new_ids", Replay::newJobId));
    }
}
